const DISPLAY: ReadonlyMap<string, string> = new Map([
  ['sqs', 'SQS'],
  ['kafka', 'Kafka'],
  ['rabbitmq', 'RabbitMQ'],
  ['nats', 'NATS'],
  ['mqtt', 'MQTT'],
]);

/** The name of a messaging system as Elastic shows it (elastic/apm MSG:129); one that it does not know is capitalised. */
export const displayName = (system: string): string =>
  DISPLAY.get(system) ?? system.charAt(0).toUpperCase() + system.slice(1);
