import { fasterThan } from '../figures/goal.js';
import { sharedTopic } from '../data-sets/shared-topic.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';

const ONE = 'Throughline, one process';
const TWO = 'Throughline, two processes';
const FOUR = 'Throughline, four processes';

const entry = (title: string, processes: number): Entry => ({
  title,
  candidate: 'throughline-kafka',
  choices: { handlerMs: 10, concurrency: 10 },
  processes,
});

/** A larger group handles more messages. */
export const processes = (size: Size): Scenario => ({
  name: 'processes of a group',
  about:
    'Kafka, 12 partitions. The handler waits 10 ms, and each process handles at most 10 messages at the same time. The topic is filled when all members have joined the group.',
  baseline: ONE,
  entries: [entry(ONE, 1), entry(TWO, 2), entry(FOUR, 4)],
  goals: [fasterThan(TWO, ONE, 1.9), fasterThan(FOUR, ONE, 3.6)],
  rounds: sized(size, 3, 1),
  sqs: 'absent',
  open: (environment) =>
    Promise.resolve(
      sharedTopic(environment, {
        partitions: 12,
        messages: sized(size, 6_000, 1_200),
        keys: 1_200,
      }),
    ),
});
