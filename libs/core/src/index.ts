export { exponential, isUnavailable, ThroughlineError, type Backoff, type Duration } from '#base';
export {
  ACK,
  type Channel,
  type Outcome,
  type Receipt,
  type RetryOptions,
} from 'throughline/transport';
export { Batch } from './batch.js';
export type { HandlerState } from './control/handler-state.js';
export { ThroughlineControl } from './control/throughline-control.js';
export { Delivery, type Message } from './delivery.js';
export { Reject, RetryLater } from './handler-errors.js';
export type { BatchSize, CommonOptions, Idempotency } from './handler/handler-definition.js';
export { defineHandler, MessageHandler } from './handler/message-handler.decorator.js';
export { override } from './handler/override.js';
export { ThroughlineHealth } from './health.js';
export type { Claim, IdempotencyStore } from './idempotency/idempotency-store.js';
export { memoryStore } from './idempotency/memory-store.js';
export type { MessageMiddleware, MiddlewareFunction, NextStep } from './middleware.js';
export { connectTransports } from './nest/connect-transports.js';
export { TRACER, type ThroughlineOptions } from './nest/options.js';
export { ThroughlineModule } from './nest/throughline.module.js';
export { PublishAllError } from './publish/publish-all-error.js';
export { Publisher, type PublishOptions } from './publish/publisher.js';
export { ThroughlineClient } from './publish/throughline-client.js';
export type { RedriveOptions, RedriveReport } from './redrive/redrive-options.js';
