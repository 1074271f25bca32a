import type { Stage } from '../harness/stage.js';
import { sized, type Entry, type Field, type Size } from '../scenario.js';
import { filledTopics } from './filled-topics.js';
import type { SampledShare } from './traceparent.js';
import { warmedUp } from './warmed-up.js';

/** Which tiny messages there are, and for whom. */
export interface Tiny {
  readonly size: Size;
  readonly entries: readonly Entry[];
  /** The part whose trace is sampled upstream. Default: messages bring no trace. */
  readonly sampled?: SampledShare;
}

const spread = { partitions: 6, keys: 1_000 } as const;

const tracesOf = ({ sampled }: Tiny): { sampled?: SampledShare } =>
  sampled === undefined ? {} : { sampled };

/** A hundred thousand messages for a process that has just started: the clock starts with its first fetch. */
export const tinyForTheYoung = (stage: Stage, tiny: Tiny): Promise<Field> =>
  filledTopics(stage, tiny.entries, {
    ...spread,
    ...tracesOf(tiny),
    messages: sized(tiny.size, 100_000, 5_000),
  });

/** Three hundred thousand for a process that has handled a hundred thousand before: those are mostly its youth. */
export async function tinyForTheGrown(stage: Stage, tiny: Tiny): Promise<Field> {
  const measured = {
    warmUp: sized(tiny.size, 100_000, 5_000),
    messages: sized(tiny.size, 300_000, 5_000),
  };
  const messages = measured.warmUp + measured.messages;
  const field = await filledTopics(stage, tiny.entries, {
    ...spread,
    ...tracesOf(tiny),
    messages,
  });
  return warmedUp(field, measured);
}
