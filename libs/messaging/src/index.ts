export type { Backoff } from './backoff.js';
export { exponential } from './backoff.js';
export {
  queue,
  topic,
  type AnyChannel,
  type Channel,
  type ChannelKind,
  type ChannelOptions,
  type Queue,
  type Topic,
  type TopicChannelOptions,
} from './channel.js';
export { Delivery, type Message } from './delivery.js';
export { milliseconds, type Duration } from './duration.js';
export {
  describeThrown,
  errorClassOf,
  isBlocked,
  isUnavailable,
  readable,
  reasonOf,
  ThroughlineError,
  type Described,
  type ErrorClass,
  type ThroughlineErrorOptions,
} from './errors.js';
export { ATTENTION_AFTER, BlockedWatch, type HealthReports } from './blocked-watch.js';
export { OwnLog } from './own-log.js';
export { printable } from './printable.js';
export { Batch, type EachOptions } from './batch/batch.js';
export type { Activity, HandlerState } from './control/handler-state.js';
export type { SeekTarget, SourceState } from './control/source-state.js';
export { ThroughlineControl } from './control/throughline-control.js';
export { DEAD_LETTER_HEADER, type DeadLetterCause } from './dead-letter-cause.js';
export { ThroughlineHealth, type Trouble } from './health.js';
export { Policy } from './policy.js';
export { retryLimits, type RetryLimits, type RetryOptions } from './retry-options.js';
export { Reject, RetryLater, type RetryLaterOptions } from './verdicts.js';
export type {
  AnyHandlerOptions,
  BatchOptions,
  BatchSize,
  CommonOptions,
  HandlerDefinition,
  Idempotency,
  PayloadOptions,
  QueueOptions,
  RoutedOptions,
  SingleOptions,
  TopicOptions,
} from './handler/handler-definition.js';
export {
  defineHandler,
  MessageHandler,
  type Decorates,
  type DomainHandler,
  type OptionsFor,
} from './handler/message-handler.decorator.js';
export { KAFKA, SQS } from './handler/transport-symbols.js';
export type { HandlerSpec, SpecOptions } from './handler/handler-spec.js';
export type { Claim, IdempotencyStore } from './idempotency/idempotency-store.js';
export { memoryStore, type MemoryStoreOptions } from './idempotency/memory-store.js';
export {
  firstHeader,
  headersFrom,
  isHeaderList,
  NO_HEADERS,
  valuesOf,
  withoutHeader,
  type HeaderEntry,
  type Headers,
  type HeaderValue,
} from './headers.js';
export { connectTransports, type ConnectOptions } from './nest/connect-transports.js';
export { TRACER, type ThroughlineOptions } from './nest/options.js';
export { ThroughlineModule, type ThroughlineAsyncOptions } from './nest/throughline.module.js';
export {
  ACK,
  GIVEN_BACK,
  type Ack,
  type AckReason,
  type DeadLetter,
  type DeadReason,
  type Outcome,
  type Retry,
} from './outcome.js';
export { PublishAllError, type PublishResults } from './publish/publish-all-error.js';
export type { PublishCounts } from './publish/publish-counts.js';
export { Publisher, type PublishOptions } from './publish/publisher.js';
export type { DeadLetterView, RedriveOptions, RedriveReport } from './redrive/redrive-options.js';
export type {
  Letter,
  Redelivery,
  RedeliveryTarget,
  RedrivePlan,
  RedriveProgress,
} from './redrive/redrive-plan.js';
export type { Arrival, Settlement, ShardId, Sink, Source, SourceFeatures } from './source.js';
export type {
  Burial,
  Connection,
  ContextRoom,
  Outbound,
  Receipt,
  Subscription,
  Transport,
  TransportContext,
} from './transport.js';
export { SharedRequests, type SharingOptions } from './publish/shared-requests.js';
export { ThroughlineClient } from './publish/throughline-client.js';
export { within } from './publish/within.js';
export type { Counts, LastError } from './workers/tally.js';
