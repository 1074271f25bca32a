import type { SystemFacts } from '../tracer.js';

/** The messaging systems of Nest's built-in transports, as shown in spans. */
export const SYSTEMS = {
  kafka: { attributes: { offset: 'messaging.kafka.offset' } },
  rabbitmq: { label: 'RabbitMQ' },
  nats: { label: 'NATS' },
  mqtt: { label: 'MQTT' },
} satisfies Readonly<Record<string, SystemFacts>>;
