import { fasterThan } from '../figures/goal.js';
import { besideIdeal } from '../grounds/beside-ideal.js';
import { filledTopics } from '../grounds/filled-topics.js';
import { warmedUp } from '../grounds/warmed-up.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';

const IDEAL = 'the same sleeps, without a broker';
const NEST = 'Nest’s Kafka transport';
const OURS = 'Throughline';

const choices = { handlerMs: 5 };
const both: readonly Entry[] = [
  { title: IDEAL, contender: 'ideal', choices },
  { title: OURS, contender: 'throughline-kafka', choices },
];

const slow = (
  size: Size,
  keys: number,
  rest: Pick<Scenario, 'name' | 'entries' | 'goals'>,
): Scenario => ({
  ...rest,
  about: `Kafka, one partition, ${keys.toLocaleString('en')} keys, a handler that waits 5 ms, 100 at once; the order of a key holds. The first third is handled at once, and not measured.`,
  baseline: IDEAL,
  rounds: sized(size, 3, 1),
  sqs: 'absent',
  open: async (stage) => {
    const measured = { warmUp: sized(size, 5_000, 100), messages: sized(size, 10_000, 500) };
    const filling = { partitions: 1, messages: measured.warmUp + measured.messages, keys };
    const field = besideIdeal(await filledTopics(stage, rest.entries, filling), filling);
    return warmedUp(field, measured);
  },
});

/** A partition is no limit for what has many keys. Nest, which handles one after another, gets a tenth of the messages. */
export const manyKeys = (size: Size): Scenario =>
  slow(size, 1_000, {
    name: 'slow handlers, many keys',
    entries: [...both, { title: NEST, contender: 'nest-kafka', choices, share: 0.1 }],
    goals: [fasterThan(OURS, IDEAL, 0.8), fasterThan(OURS, NEST, 60)],
  });

export const fewKeys = (size: Size): Scenario =>
  slow(size, 10, {
    name: 'slow handlers, few keys',
    entries: both,
    goals: [fasterThan(OURS, IDEAL, 0.9)],
  });
