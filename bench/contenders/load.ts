import type { Contender } from './contender.js';
import type { ContenderName } from './names.js';

/** Each loads only what it needs itself: the other contenders' packages would show in its memory and its start. */
const modules: Readonly<Record<ContenderName, () => Promise<{ readonly contender: Contender }>>> = {
  ideal: () => import('./ideal.js'),
  'kafkajs-each-batch': () => import('./kafkajs-each-batch.js'),
  'kafkajs-each-batch-decoded': () => import('./kafkajs-each-batch-decoded.js'),
  'kafkajs-each-message': () => import('./kafkajs-each-message.js'),
  'kafkajs-elastic-calls': () => import('./kafkajs-elastic-calls.js'),
  'kafkajs-elastic-instrumented': () => import('./kafkajs-elastic-instrumented.js'),
  'kafkajs-opentelemetry-calls': () => import('./kafkajs-opentelemetry-calls.js'),
  'kafkajs-publish': () => import('./kafkajs-publish.js'),
  'nest-kafka': () => import('./nest-kafka.js'),
  'nest-kafkajs-bare': () => import('./nest-kafkajs-bare.js'),
  'nest-sqs-bare': () => import('./nest-sqs-bare.js'),
  'platformatic-kafka': () => import('../peers/platformatic-kafka.js'),
  'sdk-order-loop': () => import('./sdk-order-loop.js'),
  'sdk-pollers': () => import('./sdk-pollers.js'),
  'sdk-publish': () => import('./sdk-publish.js'),
  'sqs-consumer': () => import('../peers/sqs-consumer.js'),
  'ssut-nestjs-sqs': () => import('../peers/ssut-nestjs-sqs.js'),
  'throughline-kafka': () => import('./throughline-kafka.js'),
  'throughline-kafka-publish': () => import('./throughline-kafka-publish.js'),
  'throughline-order': () => import('./throughline-order.js'),
  'throughline-sqs': () => import('./throughline-sqs.js'),
  'throughline-sqs-publish': () => import('./throughline-sqs-publish.js'),
};

export async function loadContender(name: ContenderName): Promise<Contender> {
  return (await modules[name]()).contender;
}
