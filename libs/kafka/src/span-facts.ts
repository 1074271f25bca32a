import type { SystemFacts } from 'throughline/tracing';

/**
 * The names with which spans show Kafka, following OpenTelemetry's messaging conventions, 1.44. Version 1.45 writes `kafka.offset`.
 */
export const KAFKA_FACTS: SystemFacts = {
  attributes: {
    offset: 'messaging.kafka.offset',
    key: 'messaging.kafka.message.key',
    tombstone: 'messaging.kafka.message.tombstone',
  },
};
