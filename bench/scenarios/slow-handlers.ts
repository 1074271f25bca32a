import { fasterThan } from '../figures/goal.js';
import { withIdeal } from '../data-sets/with-ideal.js';
import { filledTopics } from '../data-sets/filled-topics.js';
import { withWarmUp } from '../data-sets/with-warm-up.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';

const IDEAL = 'the same sleeps, without a broker';
const NEST = 'Nest’s Kafka transport';
const OURS = 'Throughline';

const choices = { handlerMs: 5 };
const both: readonly Entry[] = [
  { title: IDEAL, candidate: 'ideal', choices },
  { title: OURS, candidate: 'throughline-kafka', choices },
];

const slow = (
  size: Size,
  keys: number,
  rest: Pick<Scenario, 'name' | 'entries' | 'goals'>,
): Scenario => ({
  ...rest,
  about: `Kafka, one partition, ${keys.toLocaleString('en')} keys. The handler waits 5 ms, and at most 100 messages are in progress. Messages with the same key stay in order. The first third of the messages is handled without waiting and is not measured.`,
  baseline: IDEAL,
  rounds: sized(size, 3, 1),
  sqs: 'absent',
  open: async (environment) => {
    const measured = { warmUp: sized(size, 5_000, 100), messages: sized(size, 10_000, 500) };
    const filling = { partitions: 1, messages: measured.warmUp + measured.messages, keys };
    const source = withIdeal(await filledTopics(environment, rest.entries, filling), filling);
    return withWarmUp(source, measured);
  },
});

/** A partition does not limit messages with many keys. Nest, which handles one after another, gets a tenth of the messages. */
export const manyKeys = (size: Size): Scenario =>
  slow(size, 1_000, {
    name: 'slow handlers, many keys',
    entries: [...both, { title: NEST, candidate: 'nest-kafka', choices, share: 0.1 }],
    goals: [fasterThan(OURS, IDEAL, 0.8), fasterThan(OURS, NEST, 60)],
  });

export const fewKeys = (size: Size): Scenario =>
  slow(size, 10, {
    name: 'slow handlers, few keys',
    entries: both,
    goals: [fasterThan(OURS, IDEAL, 0.9)],
  });
