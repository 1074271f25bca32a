import { fasterThan } from '../figures/goal.js';
import { filledTopics } from '../grounds/filled-topics.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';

const EACH_MESSAGE = 'kafkajs eachMessage';
const EACH_BATCH = 'kafkajs eachBatch';
const NEST = 'Nest’s Kafka transport';
const OURS = 'Throughline';
const OURS_IN_BATCHES = 'Throughline, batches of 100';

const entries: readonly Entry[] = [
  { title: EACH_MESSAGE, contender: 'kafkajs-each-message' },
  { title: EACH_BATCH, contender: 'kafkajs-each-batch' },
  { title: '@platformatic/kafka', contender: 'platformatic-kafka' },
  { title: NEST, contender: 'nest-kafka' },
  { title: OURS, contender: 'throughline-kafka' },
  { title: OURS_IN_BATCHES, contender: 'throughline-kafka', choices: { takes: 'batches' } },
];

/** What the road itself costs: handlers do nothing, nothing is traced. */
export const tinyMessages = (size: Size): Scenario => ({
  name: 'tiny messages',
  about:
    'Kafka, 100,000 messages of 50 bytes, 1,000 keys, 6 partitions, a handler that does nothing.',
  baseline: EACH_MESSAGE,
  entries,
  goals: [
    fasterThan(OURS, NEST, 4),
    fasterThan(OURS, EACH_MESSAGE, 0.9),
    fasterThan(OURS_IN_BATCHES, EACH_BATCH, 0.8),
  ],
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (stage) =>
    filledTopics(stage, entries, {
      partitions: 6,
      messages: sized(size, 100_000, 5_000),
      keys: 1_000,
    }),
});
