export { startEmbeddedSqs, type EmbeddedSqs, type EmbeddedSqsOptions } from './embedded-sqs.js';
