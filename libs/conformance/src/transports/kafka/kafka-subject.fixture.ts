import { randomUUID } from 'node:crypto';
import { kafka, topic, type KafkaDriver } from 'throughline/kafka';
import { createTopics } from '../../kafka-drivers/create-topics.js';
import type {
  OpenTransport,
  SubjectApi,
  TransportFeatures,
  TransportSubject,
} from '../contract.js';
import { HeldSends } from '../fixture/held-sends.js';
import { KafkaChannel } from './kafka-channel.fixture.js';

const PARTITIONS = 3;

/** A running Kafka. */
export interface RunningKafka {
  /** A client for one more application, which closes the client. */
  readonly client: () => KafkaDriver;
  /** A client for the suite's own records. Default: `client`. */
  readonly outside?: () => KafkaDriver;
  readonly close: () => Promise<void>;
}

export const kafkaFeatures = ({
  redeliveredAfter,
}: {
  readonly redeliveredAfter: number;
}): TransportFeatures => ({
  order: true,
  keyInBatch: true,
  retry: 'lane',
  failuresPersist: true,
  binaryBodies: true,
  anyHeaderName: true,
  delay: false,
  needsKey: false,
  deduplication: false,
  maxMessageBytes: 1_048_576,
  // The framing of the record, and the dead-letter header.
  deadLetterOverhead: 200,
  seek: true,
  groups: true,
  commits: true,
  redeliveredAfter,
});

/** How applications use topics. */
export const topicApi: SubjectApi = {
  channel: (name, options) => topic(name, options),
  tombstones: (name, options) => topic(name, { ...options, tombstones: true }),
  hasOrderOptions: true,
  handlerOptions: ({ order }) => ({ order }),
  wrongPublishOptions: [
    ['a partition that is a text', { partition: '0' }, 'TL_OPTION_INVALID'],
    ['a delay, which only a queue has', { delay: '1s' }, 'TL_OPTION_UNKNOWN'],
  ],
  errorCodes: {
    channelMissing: 'TL_KAFKA_TOPIC_MISSING',
    tooLarge: ['TL_KAFKA_MESSAGE_TOO_LARGE', 'TL_KAFKA_REFUSED'],
    unavailable: 'TL_KAFKA_UNAVAILABLE',
    lost: 'TL_KAFKA_REVOKED',
  },
};

/** Kafka topics as the suite's subject. */
export const kafkaSubject = (
  features: TransportFeatures,
  open: () => RunningKafka,
): TransportSubject => ({
  features,
  api: topicApi,
  open: () => Promise.resolve(openKafka(open())),
});

function openKafka({ client, outside: openOutside = client, close }: RunningKafka): OpenTransport {
  const outside = openOutside();
  const channels: KafkaChannel[] = [];
  let sendRequests = 0;
  const refused = new Set<string>();
  const held = new HeldSends();
  const watched = (driver: KafkaDriver): KafkaDriver => ({
    ...driver,
    producer: (options) => {
      const producer = driver.producer(options);
      return {
        close: () => producer.close(),
        send: async (records) => {
          sendRequests += 1;
          await held.pass((name) => records.some(({ topic }) => topic === name));
          return records.some(({ topic }) => refused.has(topic))
            ? Promise.reject(new Error('refused by the suite'))
            : producer.send(records);
        },
      };
    },
  });
  return {
    transport: () => kafka({ driver: watched(client()), sessionTimeout: '12s' }),
    sendRequests: () => sendRequests,
    close: async () => {
      await Promise.all(channels.map((channel) => channel.close()));
      await outside.close();
      await close();
    },
    channel: async ({ app, partitions = PARTITIONS }) => {
      const name = `t-${randomUUID()}`;
      await createTopics(outside, [
        { name, partitions },
        { name: `${name}.${app}.dlq`, partitions: 1 },
        { name: `${name}.${app}.retry`, partitions: 1 },
      ]);
      const channel = new KafkaChannel(name, outside, app, partitions, { refused, held });
      channels.push(channel);
      return channel;
    },
  };
}
