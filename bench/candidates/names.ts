/** All candidates. Each is a file of this folder, or of `bench/peers/` if it needs a package that only the bench has. */
export const candidateNames = [
  'ideal',
  'kafkajs-each-batch',
  'kafkajs-each-batch-decoded',
  'kafkajs-each-message',
  'kafkajs-elastic-calls',
  'kafkajs-elastic-instrumented',
  'kafkajs-opentelemetry-calls',
  'kafkajs-publish',
  'nest-kafka',
  'nest-kafkajs-bare',
  'nest-sqs-bare',
  'platformatic-kafka',
  'sdk-order-loop',
  'sdk-pollers',
  'sdk-publish',
  'sqs-consumer',
  'ssut-nestjs-sqs',
  'throughline-kafka',
  'throughline-kafka-publish',
  'throughline-order',
  'throughline-sqs',
  'throughline-sqs-publish',
] as const;

export type CandidateName = (typeof candidateNames)[number];
