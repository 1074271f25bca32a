import { fasterThan } from '../figures/goal.js';
import { tinyForTheYoung } from '../grounds/tiny.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';
import { tinyLater } from './later.js';

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
  { title: EACH_MESSAGE, contender: 'kafkajs-each-message' },
  { title: EACH_BATCH, contender: 'kafkajs-each-batch' },
  { title: EACH_BATCH_DECODED, contender: 'kafkajs-each-batch-decoded' },
  { title: PLATFORMATIC, contender: 'platformatic-kafka' },
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
  goals,
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (stage) => tinyForTheYoung(stage, { size, entries }),
});

/** The same once a process has run for some seconds: the first hundred thousand messages are mostly its youth. */
export const tinyMessagesLater = (size: Size): Scenario => {
  const scenario = tinyMessages(size);
  return {
    ...tinyLater(size, {
      ...scenario,
      entries: entries.filter(({ title }) => title !== PLATFORMATIC),
    }),
    about:
      'As “tiny messages”, 300,000 of them, after 100,000 that are not measured: what a process costs that runs for days. Without @platformatic/kafka, which has read them all before the clock starts.',
  };
};
