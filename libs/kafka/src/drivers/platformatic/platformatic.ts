import type { KafkaConsumer, KafkaDriver, KafkaProducer } from '../../driver.js';
import { addressOf } from '../connection-rules.js';
import { createTopics, describeTopics } from './admin/admin.js';
import { fetchCommitted, findOffsets, findUnread, readRetention } from './admin/topic-facts.js';
import { PlatformaticConsumer } from './consume/consumer.js';
import { readOptions, type PlatformaticOptions } from './options.js';
import { PlatformaticProducer } from './produce/producer.js';

/**
 * The driver that uses @platformatic/kafka 2.12, an optional peer that is loaded with the first request. It needs Node 22.22 and
 * Kafka 3.2 or later. It reads gzip, snappy, lz4, zstd and uncompressed records.
 *
 * @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`; its consumers and producers reject with
 *   `TL_KAFKA_CLIENT_MISSING`, `TL_KAFKA_CLIENT_UNSUPPORTED`, `TL_KAFKA_UNAVAILABLE`, `TL_KAFKA_TOPIC_MISSING`, …
 * @example
 * const driver = platformatic({ brokers: ['localhost:9092'], clientId: 'order-service' });
 */
export function platformatic(options: PlatformaticOptions): KafkaDriver {
  const settings = readOptions(options);
  const open = new Set<() => Promise<void>>();

  return {
    name: 'platformatic',
    address: addressOf(settings.brokers[0] ?? ''),
    consumer: (consumerOptions, listener): KafkaConsumer => {
      const consumer = new PlatformaticConsumer(settings, consumerOptions, listener, () => {
        open.delete(stop);
      });
      const stop = (): Promise<void> => consumer.stop();
      open.add(stop);
      return consumer;
    },
    producer: (producerOptions = {}): KafkaProducer => {
      const producer = new PlatformaticProducer(settings, producerOptions, () => {
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
