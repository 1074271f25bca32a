import type { Goal } from '../figures/goal.js';
import { fasterThan, requestsAtMost } from '../figures/goal.js';
import { emptyQueue } from '../data-sets/empty-queue.js';
import { emptyTopic } from '../data-sets/empty-topic.js';
import type { Environment } from '../harness/environment.js';
import { shareOf, sized, type DataSource, type Scenario, type Size } from '../scenario.js';
import { warm } from './warm.js';

const OURS = 'Throughline, 10,000 at once';
const AWAITED = 'Throughline, each awaited';
const ONE_CALL = 'kafkajs, one call';
const SDK_BATCHES = 'SDK, batches of ten';

const ATONCE = { manner: 'all at once' } as const;
const messages = (size: Size): number => sized(size, 10_000, 1_000);

/** Compares time rather than CPU, because the caller of a publish waits. */
const withinTimes = (times: number, other: string): Goal => ({
  text: `${OURS} takes ≤ ${times} × as long as ${other}`,
  figure: (of) => of(other).perSecond / of(OURS).perSecond,
  limit: { atMost: times },
});

/** Each data set also receives what an entry sends before the measurement, to open connections and learn where to send. */
const withFirst = (
  { warmUp, messages }: { warmUp: number; messages: number },
  sourceOf: (messages: number) => DataSource,
): DataSource => ({
  dataSet: async (entry) => {
    const measured = shareOf(entry, messages);
    const before = shareOf(entry, warmUp);
    const dataSet = await sourceOf(before + measured).dataSet({ ...entry, share: 1 });
    return {
      ...dataSet,
      messages: measured,
      task: { ...dataSet.task, messages: measured, warmUp: before },
    };
  },
  close: () => Promise.resolve(),
});

const toKafka = (
  environment: Environment,
  counts: { warmUp: number; messages: number },
): Promise<DataSource> =>
  Promise.resolve(
    withFirst(counts, (messages) =>
      emptyTopic(environment, { partitions: 6, messages, keys: 1_000 }),
    ),
  );

const toSqs = (
  environment: Environment,
  counts: { warmUp: number; messages: number },
): Promise<DataSource> =>
  Promise.resolve(withFirst(counts, (messages) => emptyQueue(environment, { messages })));

/** Single publishes at the same time share requests without any effort of the caller. */
const publishingToKafka = (size: Size): Scenario => ({
  name: 'publishing to Kafka',
  about:
    'Publishes 10,000 messages of 50 bytes, with 1,000 keys and 6 partitions. Each process is already connected and has sent one message.',
  baseline: AWAITED,
  entries: [
    { title: 'kafkajs, each awaited', candidate: 'kafkajs-publish', share: 0.1 },
    { title: ONE_CALL, candidate: 'kafkajs-publish', choices: { manner: 'one call' } },
    { title: AWAITED, candidate: 'throughline-kafka-publish', share: 0.1 },
    { title: OURS, candidate: 'throughline-kafka-publish', choices: ATONCE },
    {
      title: 'Throughline, publishAll',
      candidate: 'throughline-kafka-publish',
      choices: { manner: 'one call' },
    },
  ],
  goals: [fasterThan(OURS, AWAITED, 5), withinTimes(1.3, ONE_CALL)],
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (environment) => toKafka(environment, { warmUp: 1, messages: messages(size) }),
});

const publishingToSqs = (size: Size): Scenario => ({
  name: 'publishing to SQS',
  about:
    'Publishes 10,000 messages of 50 bytes to a standard queue in ElasticMQ. Each process is already connected and has sent one message.',
  baseline: SDK_BATCHES,
  entries: [
    { title: 'SDK, each awaited', candidate: 'sdk-publish', share: 0.1 },
    { title: SDK_BATCHES, candidate: 'sdk-publish', choices: ATONCE },
    { title: OURS, candidate: 'throughline-sqs-publish', choices: ATONCE },
    {
      title: 'Throughline, publishAll',
      candidate: 'throughline-sqs-publish',
      choices: { manner: 'one call' },
    },
  ],
  goals: [requestsAtMost(OURS, 0.12), withinTimes(1.3, SDK_BATCHES)],
  rounds: sized(size, 5, 1),
  sqs: 'counted',
  open: (environment) => toSqs(environment, { warmUp: 1, messages: messages(size) }),
});

/** The warm variant. */
const warmPublishing = (size: Size, scenario: Scenario, to: typeof toKafka): Scenario =>
  warm(scenario, {
    about: `Same as “${scenario.name}”, but measured after a warm-up, in which each process sends as many messages as it sends afterwards.`,
    open: (environment) => to(environment, { warmUp: messages(size), messages: messages(size) }),
  });

export const publishing = (size: Size): readonly Scenario[] => {
  const kafka = publishingToKafka(size);
  const sqs = publishingToSqs(size);
  return [kafka, warmPublishing(size, kafka, toKafka), sqs, warmPublishing(size, sqs, toSqs)];
};
