import { ThroughlineError } from '#base';
import { anyJson, type Transport } from 'throughline/transport';
import { KAFKA_SYSTEM, topic } from './channel.js';
import type { KafkaOptions } from './options.js';

/**
 * The transport for Kafka. It processes messages with the same key in order, and messages with different keys concurrently. It
 * commits only messages that were processed.
 *
 * @throws ThroughlineError `TL_KAFKA_BROKERS_MISSING` if neither `brokers` nor a driver is given.
 * @example
 * ThroughlineModule.forRoot({ name: 'order-service', transports: [kafka({ brokers: ['kafka-1:9092'] })] })
 */
export function kafka(options: KafkaOptions = {}): Transport {
  return {
    name: options.name,
    systems: [KAFKA_SYSTEM.name],
    nestPatterns: options.nestPatterns,
    channelOf: (name) =>
      topic(name, {
        schema: anyJson,
        ...(options.name !== undefined && { transport: options.name }),
      }),
    open: async (context) => {
      const { brokers, ssl, sasl } = options;
      const { KafkaConnection } = await import('./connection.js');
      const { kafkaJs } = await import('./drivers/index.js');
      const driver =
        options.driver ??
        kafkaJs({
          brokers: brokers ?? brokersMissing(),
          clientId: context.name,
          ...(ssl !== undefined && { ssl }),
          ...(sasl !== undefined && { sasl }),
        });
      return new KafkaConnection(driver, options, context);
    },
  };
}

function brokersMissing(): never {
  throw new ThroughlineError(
    'TL_KAFKA_BROKERS_MISSING',
    "kafka() needs broker addresses: kafka({ brokers: ['host:9092'] }), or kafka({ driver: memory() }) for tests.",
  );
}
