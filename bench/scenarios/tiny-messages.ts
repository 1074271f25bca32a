import { fasterThan } from '../figures/goal.js';
import { coldTinyMessages } from '../data-sets/tiny-messages.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';
import { warmTiny } from './warm.js';

const EACH_MESSAGE = 'kafkajs eachMessage';
const EACH_BATCH = 'kafkajs eachBatch';
const EACH_BATCH_DECODED = 'kafkajs eachBatch, JSON decoded';
const PLATFORMATIC = '@platformatic/kafka';
const NEST = 'Nest’s Kafka transport';
const OURS = 'Throughline';
const OURS_IN_BATCHES = 'Throughline, batches of 100';

const goals = [
  fasterThan(OURS, NEST, 4),
  fasterThan(OURS, EACH_MESSAGE, 0.9),
  fasterThan(OURS_IN_BATCHES, EACH_BATCH, 0.8),
];

const entries: readonly Entry[] = [
  { title: EACH_MESSAGE, candidate: 'kafkajs-each-message' },
  { title: EACH_BATCH, candidate: 'kafkajs-each-batch' },
  { title: EACH_BATCH_DECODED, candidate: 'kafkajs-each-batch-decoded' },
  { title: PLATFORMATIC, candidate: 'platformatic-kafka' },
  { title: NEST, candidate: 'nest-kafka' },
  { title: OURS, candidate: 'throughline-kafka' },
  { title: OURS_IN_BATCHES, candidate: 'throughline-kafka', choices: { takes: 'batches' } },
];

/** The cost of delivery itself: handlers do nothing, and nothing is traced. */
export const tinyMessages = (size: Size): Scenario => ({
  name: 'tiny messages',
  about: 'Kafka, 100,000 messages of 50 bytes, 1,000 keys, 6 partitions. The handler does nothing.',
  baseline: EACH_MESSAGE,
  entries,
  goals,
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (environment) => coldTinyMessages(environment, { size, entries }),
});

/** The warm variant. A process is cold for most of its first hundred thousand messages. */
export const warmTinyMessagesScenario = (size: Size): Scenario => {
  const scenario = tinyMessages(size);
  return {
    ...warmTiny(size, {
      ...scenario,
      entries: entries.filter(({ title }) => title !== PLATFORMATIC),
    }),
    about:
      'Same as “tiny messages”, but measures 300,000 messages after a warm-up of 100,000. This shows the cost in a process that has been running for days. @platformatic/kafka is not included, because it has read all messages before the measurement starts.',
  };
};
