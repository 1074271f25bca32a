import { Logger } from '@nestjs/common';
import type { Transport } from 'throughline/transport';
import { kafka, memory } from 'throughline/kafka';
import { sqs } from 'throughline/sqs';
import type { Settings } from './settings.js';

/** Returns the transports for the settings: real brokers, or embedded ones in this process. */
export async function openBrokers(settings: Settings): Promise<readonly Transport[]> {
  return settings.brokers === 'embedded' ? embedded(settings) : real(settings);
}

const namesOf = ({
  queue,
  topic,
}: Settings): { queues: Record<string, string>; topics: Record<string, string> } => ({
  queues: { 'my-order-queue': queue },
  topics: { order_events: topic },
});

function real(settings: Settings): readonly Transport[] {
  const { roles, createMissing, kafkaBrokers } = settings;
  const { queues, topics } = namesOf(settings);
  const speaksSqs = roles.has('api') || roles.has('processor');
  const speaksKafka = roles.has('processor') || roles.has('audit');
  return [
    ...(speaksSqs ? [sqs({ queues, createMissing })] : []),
    ...(speaksKafka ? [kafka({ brokers: kafkaBrokers, topics, createMissing })] : []),
  ];
}

async function embedded(settings: Settings): Promise<readonly Transport[]> {
  // Loaded only here, because production does not need the embedded brokers.
  const { startEmbeddedSqs } = await import('throughline/testing');
  const { client, url } = await startEmbeddedSqs({
    port: Number(process.env.EMBEDDED_SQS_PORT ?? 0),
  });
  const { queues, topics } = namesOf(settings);
  new Logger('Orders').log(
    `Using embedded brokers: SQS at ${url}, Kafka in memory. All messages will be lost when this process exits.`,
  );
  return [
    sqs({ client, queues, createMissing: true, waitTime: '1s' }),
    kafka({ driver: memory(), topics, createMissing: true }),
  ];
}
