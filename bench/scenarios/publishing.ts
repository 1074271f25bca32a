import type { Goal } from '../figures/goal.js';
import { fasterThan, requestsAtMost } from '../figures/goal.js';
import { emptyQueue } from '../grounds/empty-queue.js';
import { emptyTopic } from '../grounds/empty-topic.js';
import type { Stage } from '../harness/stage.js';
import { shareOf, sized, type Field, type Scenario, type Size } from '../scenario.js';
import { later } from './later.js';

const OURS = 'Throughline, 10,000 at once';
const AWAITED = 'Throughline, each awaited';
const ONE_CALL = 'kafkajs, one call';
const SDK_BATCHES = 'SDK, batches of ten';

const ATONCE = { manner: 'all at once' } as const;
const messages = (size: Size): number => sized(size, 10_000, 1_000);

/** Time, not CPU: a publisher's caller waits. */
const withinTimes = (times: number, other: string): Goal => ({
  text: `${OURS} takes ≤ ${times} × as long as ${other}`,
  figure: (of) => of(other).perSecond / of(OURS).perSecond,
  limit: { atMost: times },
});

/** A field for each entry that also takes what it sends before: the first opens connections and learns where to send. */
const withFirst = (
  { warmUp, messages }: { warmUp: number; messages: number },
  fieldOf: (messages: number) => Field,
): Field => ({
  ground: async (entry) => {
    const measured = shareOf(entry, messages);
    const before = shareOf(entry, warmUp);
    const ground = await fieldOf(before + measured).ground({ ...entry, share: 1 });
    return {
      ...ground,
      messages: measured,
      task: { ...ground.task, messages: measured, warmUp: before },
    };
  },
  close: () => Promise.resolve(),
});

const toKafka = (stage: Stage, counts: { warmUp: number; messages: number }): Promise<Field> =>
  Promise.resolve(
    withFirst(counts, (messages) => emptyTopic(stage, { partitions: 6, messages, keys: 1_000 })),
  );

const toSqs = (stage: Stage, counts: { warmUp: number; messages: number }): Promise<Field> =>
  Promise.resolve(withFirst(counts, (messages) => emptyQueue(stage, { messages })));

/** Single publishes that come at the same time share requests, without the caller's doing. */
const publishingToKafka = (size: Size): Scenario => ({
  name: 'publishing to Kafka',
  about:
    '10,000 messages of 50 bytes, 1,000 keys, 6 partitions; each process has sent one before, and is connected.',
  baseline: AWAITED,
  entries: [
    { title: 'kafkajs, each awaited', contender: 'kafkajs-publish', share: 0.1 },
    { title: ONE_CALL, contender: 'kafkajs-publish', choices: { manner: 'one call' } },
    { title: AWAITED, contender: 'throughline-kafka-publish', share: 0.1 },
    { title: OURS, contender: 'throughline-kafka-publish', choices: ATONCE },
    {
      title: 'Throughline, publishAll',
      contender: 'throughline-kafka-publish',
      choices: { manner: 'one call' },
    },
  ],
  goals: [fasterThan(OURS, AWAITED, 5), withinTimes(1.3, ONE_CALL)],
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (stage) => toKafka(stage, { warmUp: 1, messages: messages(size) }),
});

const publishingToSqs = (size: Size): Scenario => ({
  name: 'publishing to SQS',
  about:
    '10,000 messages of 50 bytes, ElasticMQ, a standard queue; each process has sent one before, and is connected.',
  baseline: SDK_BATCHES,
  entries: [
    { title: 'SDK, each awaited', contender: 'sdk-publish', share: 0.1 },
    { title: SDK_BATCHES, contender: 'sdk-publish', choices: ATONCE },
    { title: OURS, contender: 'throughline-sqs-publish', choices: ATONCE },
    {
      title: 'Throughline, publishAll',
      contender: 'throughline-sqs-publish',
      choices: { manner: 'one call' },
    },
  ],
  goals: [requestsAtMost(OURS, 0.12), withinTimes(1.3, SDK_BATCHES)],
  rounds: sized(size, 5, 1),
  sqs: 'counted',
  open: (stage) => toSqs(stage, { warmUp: 1, messages: messages(size) }),
});

/** The same once a process has published for a while. */
const publishingLater = (size: Size, scenario: Scenario, to: typeof toKafka): Scenario =>
  later(scenario, {
    about: `As “${scenario.name}”; each process has sent as many before, in the same manner.`,
    open: (stage) => to(stage, { warmUp: messages(size), messages: messages(size) }),
  });

export const publishing = (size: Size): readonly Scenario[] => {
  const kafka = publishingToKafka(size);
  const sqs = publishingToSqs(size);
  return [kafka, publishingLater(size, kafka, toKafka), sqs, publishingLater(size, sqs, toSqs)];
};
