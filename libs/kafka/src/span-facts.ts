import type { SystemFacts } from 'throughline/tracing';

/** How spans show Kafka: by OpenTelemetry's conventions for messaging, 1.44; 1.45 writes `kafka.offset`. */
export const KAFKA_FACTS: SystemFacts = {
  attributes: {
    offset: 'messaging.kafka.offset',
    key: 'messaging.kafka.message.key',
    tombstone: 'messaging.kafka.message.tombstone',
  },
};
