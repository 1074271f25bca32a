import type { Candidate } from './candidate.js';
import type { CandidateName } from './names.js';

/** Each candidate loads only its own packages. Those of others would show in its memory and its start. */
const modules: Readonly<Record<CandidateName, () => Promise<{ readonly candidate: Candidate }>>> = {
  ideal: () => import('./ideal.js'),
  'kafkajs-each-batch': () => import('./kafkajs/kafkajs-each-batch.js'),
  'kafkajs-each-batch-decoded': () => import('./kafkajs/kafkajs-each-batch-decoded.js'),
  'kafkajs-each-message': () => import('./kafkajs/kafkajs-each-message.js'),
  'kafkajs-elastic-calls': () => import('./kafkajs/kafkajs-elastic-calls.js'),
  'kafkajs-elastic-instrumented': () => import('./kafkajs/kafkajs-elastic-instrumented.js'),
  'kafkajs-opentelemetry-calls': () => import('./kafkajs/kafkajs-opentelemetry-calls.js'),
  'kafkajs-publish': () => import('./kafkajs/kafkajs-publish.js'),
  'nest-kafka': () => import('./nest/nest-kafka.js'),
  'nest-kafkajs-bare': () => import('./nest/nest-kafkajs-bare.js'),
  'nest-sqs-bare': () => import('./nest/nest-sqs-bare.js'),
  'platformatic-kafka': () => import('../peers/platformatic-kafka.js'),
  'sdk-order-loop': () => import('./sdk/sdk-order-loop.js'),
  'sdk-pollers': () => import('./sdk/sdk-pollers.js'),
  'sdk-publish': () => import('./sdk/sdk-publish.js'),
  'sqs-consumer': () => import('../peers/sqs-consumer.js'),
  'ssut-nestjs-sqs': () => import('../peers/ssut-nestjs-sqs.js'),
  'throughline-kafka': () => import('./throughline/throughline-kafka.js'),
  'throughline-kafka-publish': () => import('./throughline/throughline-kafka-publish.js'),
  'throughline-order': () => import('./throughline/throughline-order.js'),
  'throughline-sqs': () => import('./throughline/throughline-sqs.js'),
  'throughline-sqs-publish': () => import('./throughline/throughline-sqs-publish.js'),
};

export async function loadCandidate(name: CandidateName): Promise<Candidate> {
  return (await modules[name]()).candidate;
}
