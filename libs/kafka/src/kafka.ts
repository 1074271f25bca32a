import { assertOptions, isRecord, rule, ThroughlineError, type RulesFor } from '#base';
import { anyJson, TRANSPORT_RULES, type Transport } from 'throughline/transport';
import { KAFKA_SYSTEM, topic } from './channel.js';
import { COMPRESSIONS } from './drivers/compression/compression.js';
import { CONNECTION_RULES } from './drivers/connection-rules.js';
import type { KafkaOptions } from './options.js';

const RULES: RulesFor<KafkaOptions> = {
  ...TRANSPORT_RULES,
  ...CONNECTION_RULES,
  driver: rule.withMethods(
    'a driver, such as memory()',
    'consumer',
    'producer',
    'describe',
    'create',
    'offsets',
    'committed',
    'retention',
    'close',
  ),
  topics: rule.recordOf(rule.text),
  createMissing: rule.flag,
  partitions: rule.integerFrom(1),
  from: rule.oneOf('earliest', 'latest'),
  sessionTimeout: rule.duration,
  compression: rule.oneOf(...COMPRESSIONS),
};

/**
 * Creates the transport for Kafka. The transport processes messages with the same key in order, and messages with different keys
 * concurrently. It commits only messages that were processed. At start, throws `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`, and
 * `TL_KAFKA_BROKERS_MISSING` if neither `brokers` nor a driver is given.
 *
 * @example
 * ThroughlineModule.forRoot({ name: 'order-service', transports: [kafka({ brokers: ['kafka-1:9092'] })] })
 */
export function kafka(options: KafkaOptions = {}): Transport {
  const { name: transport, nestPatterns }: KafkaOptions = isRecord(options) ? options : {};
  return {
    name: transport,
    systems: [KAFKA_SYSTEM.name],
    nestPatterns,
    channelOf: (name) =>
      topic(name, {
        schema: anyJson,
        ...(transport !== undefined && { transport }),
      }),
    open: async (context) => {
      assertOptions('kafka()', options, RULES);
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
