export { SQS } from 'throughline';
export type { SqsOptions } from './options.js';
export { sqs } from './sqs.js';
