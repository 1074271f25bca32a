export type { Backoff } from '#base';
export { exponential } from '#base';
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
} from 'throughline/transport';
export { Delivery, type Message } from './delivery.js';
export { milliseconds, type Duration } from '#base';
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
} from '#base';
export { ATTENTION_AFTER, BlockedWatch, type HealthReports } from 'throughline/transport';
export { OwnLog } from '#base';
export { printable } from '#base';
export { Batch, type EachOptions } from './batch.js';
export type { Activity, HandlerState } from './control/handler-state.js';
export type { SeekTarget, SourceState } from 'throughline/transport';
export { ThroughlineControl } from './control/throughline-control.js';
export { DEAD_LETTER_HEADER, type DeadLetterCause } from 'throughline/transport';
export { ThroughlineHealth, type Trouble } from './health.js';
export { RetryPolicy } from './pipeline/retry-policy.js';
export { retryLimits, type RetryLimits, type RetryOptions } from 'throughline/transport';
export { Reject, RetryLater, type RetryLaterOptions } from './handler-errors.js';
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
export type { HandlerSpec, SpecOptions } from 'throughline/transport';
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
} from '#base';
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
} from 'throughline/transport';
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
} from 'throughline/transport';
export type {
  InboundMessage,
  Settlement,
  SourcePartition,
  Sink,
  Source,
  SourceFeatures,
} from 'throughline/transport';
export type {
  DeadLetterRequest,
  Connection,
  ContextPropagation,
  Outbound,
  Receipt,
  HandlerGroup,
  Transport,
  TransportContext,
} from 'throughline/transport';
export { SharedRequests, type SharingOptions } from 'throughline/transport';
export { ThroughlineClient } from './publish/throughline-client.js';
export { within } from '#base';
export type { Counts, LastError } from './scheduler/handler-counts.js';
