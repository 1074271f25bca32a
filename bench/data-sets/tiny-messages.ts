import type { Environment } from '../harness/environment.js';
import { sized, type Entry, type DataSource, type Size } from '../scenario.js';
import { filledTopics } from './filled-topics.js';
import type { SampledShare } from './traceparent.js';
import { withWarmUp } from './with-warm-up.js';

/** The tiny messages of a scenario. */
export interface TinyMessages {
  readonly size: Size;
  readonly entries: readonly Entry[];
  /** The part whose trace is sampled upstream. Default: messages have no trace. */
  readonly sampled?: SampledShare;
}

const spread = { partitions: 6, keys: 1_000 } as const;

const tracesOf = ({ sampled }: TinyMessages): { sampled?: SampledShare } =>
  sampled === undefined ? {} : { sampled };

/** A hundred thousand messages for a cold process. The clock starts with its first fetch. */
export const coldTinyMessages = (
  environment: Environment,
  tiny: TinyMessages,
): Promise<DataSource> =>
  filledTopics(environment, tiny.entries, {
    ...spread,
    ...tracesOf(tiny),
    messages: sized(tiny.size, 100_000, 5_000),
  });

/** Three hundred thousand messages for a warm process, which has handled a hundred thousand before. */
export async function warmTinyMessages(
  environment: Environment,
  tiny: TinyMessages,
): Promise<DataSource> {
  const measured = {
    warmUp: sized(tiny.size, 100_000, 5_000),
    messages: sized(tiny.size, 300_000, 5_000),
  };
  const messages = measured.warmUp + measured.messages;
  const source = await filledTopics(environment, tiny.entries, {
    ...spread,
    ...tracesOf(tiny),
    messages,
  });
  return withWarmUp(source, measured);
}
