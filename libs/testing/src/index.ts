export { startEmbeddedSqs, type EmbeddedSqs } from './embedded-sqs.js';
