import type { KafkaConsumer, KafkaDriver, KafkaProducer } from '../../driver.js';
import { createTopics, describeTopics } from './admin/admin.js';
import { fetchCommitted, findOffsets, findUnread, readRetention } from './admin/topic-facts.js';
import { KafkaJsConsumer } from './consume/consumer.js';
import { addressOf } from '../connection-rules.js';
import { readOptions, type KafkaJsOptions } from './options.js';
import { KafkaJsProducer } from './produce/producer.js';

/**
 * Creates the driver that uses kafkajs 2.2.4, an optional peer that is loaded with the first consumer or producer. Use this driver
 * for real brokers. It reads gzip and zstd, and snappy and lz4 with the packages `snappy` and `lz4-napi`. Its rebalances are eager.
 *
 * @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`; its consumers and producers reject with
 *   `TL_KAFKA_CLIENT_MISSING`, `TL_KAFKA_CLIENT_UNSUPPORTED`, `TL_KAFKA_UNAVAILABLE`, `TL_KAFKA_TOPIC_MISSING`, …
 * @example
 * const driver = kafkaJs({ brokers: ['localhost:9092'], clientId: 'order-service' });
 */
export function kafkaJs(options: KafkaJsOptions): KafkaDriver {
  const settings = readOptions(options);
  const open = new Set<() => Promise<void>>();

  return {
    name: 'kafkajs',
    address: addressOf(settings.brokers[0] ?? ''),
    consumer: (consumerOptions, listener): KafkaConsumer => {
      const consumer = new KafkaJsConsumer(settings, consumerOptions, listener, () => {
        open.delete(stop);
      });
      const stop = (): Promise<void> => consumer.stop();
      open.add(stop);
      return consumer;
    },
    producer: (producerOptions = {}): KafkaProducer => {
      const producer = new KafkaJsProducer(settings, producerOptions, () => {
        open.delete(close);
      });
      const close = (): Promise<void> => producer.close();
      open.add(close);
      return producer;
    },
    describe: (names) => describeTopics(settings, names),
    create: (topics) => createTopics(settings, topics),
    offsets: (topic, at) => findOffsets(settings, topic, at),
    committed: (group, topic) => fetchCommitted(settings, group, topic),
    unread: (group, topics) => findUnread(settings, group, topics),
    retention: (topic) => readRetention(settings, topic),
    close: async () => {
      await Promise.all([...open].map((end) => end()));
    },
  };
}
