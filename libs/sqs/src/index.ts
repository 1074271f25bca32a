/** The symbol with which Nest's decorators name the SQS transport: `@EventPattern('my-order-queue', SQS)`. */
export const SQS = Symbol.for('throughline:sqs');
export {
  queue,
  type Queue,
  type QueueHandlerOptions,
  type QueuePublishOptions,
} from './channel.js';
export type { SqsOptions } from './options.js';
export { sqs } from './sqs.js';
