import { randomUUID } from 'node:crypto';
import { memory, memoryBroker, type MemoryBroker } from 'throughline/memory';
import type { ChannelOptions, RawChannel, TransportFeatures, TransportSubject } from '../index.js';
import { topicApi } from '../transports/kafka/kafka-subject.fixture.js';
import { queueApi } from '../transports/sqs/sqs-subject.fixture.js';
import { HeldChannels } from './held-channels.fixture.js';
import { QueueChannel } from './queue-channel.fixture.js';
import { TopicChannel } from './topic-channel.fixture.js';

const PARTITIONS = 3;
/** In milliseconds. Longer than a busy machine keeps this process from its next heartbeat. */
const REDELIVERED_AFTER = 6_000;

const queueFeatures: TransportFeatures = {
  order: false,
  keyInBatch: false,
  retry: 'source',
  failuresPersist: true,
  binaryBodies: false,
  anyHeaderName: false,
  inProcess: true,
  delay: true,
  needsKey: false,
  deduplication: false,
  maxHeaders: 10,
  maxMessageBytes: 1_048_576,
  prefetched: 20,
  redeliveredAfter: REDELIVERED_AFTER,
  seek: false,
  groups: false,
  commits: false,
};

const fifoFeatures: TransportFeatures = {
  ...queueFeatures,
  order: true,
  keyInBatch: true,
  retry: 'lane',
  failuresPersist: false,
  delay: false,
  needsKey: true,
  deduplication: true,
};

const topicFeatures: TransportFeatures = {
  order: true,
  keyInBatch: true,
  retry: 'lane',
  failuresPersist: true,
  binaryBodies: true,
  anyHeaderName: true,
  inProcess: true,
  delay: false,
  needsKey: false,
  deduplication: false,
  maxMessageBytes: 1_048_576,
  deadLetterOverhead: 200,
  redeliveredAfter: REDELIVERED_AFTER,
  seek: true,
  groups: true,
  commits: false,
};

/** One broker for all applications of the suite. */
const subject = (
  { features, api }: Pick<TransportSubject, 'features' | 'api'>,
  channel: (broker: MemoryBroker, held: HeldChannels, options: ChannelOptions) => RawChannel,
): TransportSubject => ({
  features,
  api,
  open: () => {
    const broker = memoryBroker();
    const held = new HeldChannels();
    return Promise.resolve({
      transport: () => held.around(memory({ broker, createMissing: false })),
      channel: (options) => Promise.resolve(channel(broker, held, options)),
      // A publish is a call within the process.
      sendRequests: () => 0,
      close: () => Promise.resolve(),
    });
  },
});

const queueNamed =
  (ending: string) =>
  (broker: MemoryBroker, held: HeldChannels): RawChannel => {
    const name = `q-${randomUUID()}`;
    return new QueueChannel(broker, `${name}${ending}`, `${name}-dlq${ending}`, held);
  };

/** Standard queues in memory. */
export const standardQueues = subject({ features: queueFeatures, api: queueApi }, queueNamed(''));

/** FIFO queues in memory. */
export const fifoQueues = subject({ features: fifoFeatures, api: queueApi }, queueNamed('.fifo'));

/** Topics in memory. */
export const topics = subject(
  { features: topicFeatures, api: topicApi },
  (broker, held, { app, partitions = PARTITIONS }) =>
    new TopicChannel(broker, `t-${randomUUID()}`, app, partitions, held),
);
