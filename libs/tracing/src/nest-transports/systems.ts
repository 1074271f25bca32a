import type { SystemFacts } from '../tracer.js';

/** The messaging systems of Nest's own transports, as spans show them. */
export const SYSTEMS = {
  kafka: { attributes: { offset: 'messaging.kafka.offset' } },
  rabbitmq: { label: 'RabbitMQ' },
  nats: { label: 'NATS' },
  mqtt: { label: 'MQTT' },
} satisfies Readonly<Record<string, SystemFacts>>;
