/** Exports those parts of the internal room `base` that a transport outside this repository needs. */
export {
  assertOptions,
  firstHeader,
  headersFrom,
  milliseconds,
  optionErrors,
  optionInvalid,
  readDuration,
  rule,
  throwTogether,
  ThroughlineError,
  withoutHeader,
  type Duration,
  type ErrorClass,
  type Headers,
  type HeaderValue,
  type OptionRule,
  type OptionRules,
  type RulesFor,
} from '#base';
export { ATTENTION_AFTER, BlockedWatch, type HealthReports } from './blocked-watch.js';
export { BASE64, BODY_ENCODING, publishedBody } from './codecs/body-encoding.js';
export {
  anyJson,
  CHANNEL_RULES,
  channelOf,
  checkChannel,
  channelText,
  isSameChannel,
  type AnyChannel,
  type Channel,
  type ChannelOptions,
  type ChannelSystem,
  type HandlerOptionsOf,
  type InputOf,
  type KeyOf,
  type OutputOf,
  type PublishOptionsOf,
} from './channel.js';
export { bytes, codecRule, json, text, type Codec, type CodecContext } from './codecs/codec.js';
export {
  causeIn,
  DEAD_LETTER_HEADER,
  type DeadLetterCause,
} from './dead-letters/dead-letter-cause.js';
export type { HandlerSpec, SpecOptions } from './handler-spec.js';
export {
  ACK,
  DUPLICATE,
  GIVEN_BACK,
  UNMATCHED,
  type Ack,
  type AckReason,
  type DeadLetter,
  type DeadReason,
  type Outcome,
  type Retry,
} from './outcome.js';
export type {
  StoredDeadLetter,
  Redelivery,
  RedeliveryTarget,
  RedrivePlan,
  RedriveProgress,
} from './dead-letters/redrive-plan.js';
export { RETRY_RULES, retryLimits, type RetryLimits, type RetryOptions } from './retry-options.js';
export { SharedRequests, type SharingOptions } from './shared-requests.js';
export type { SeekTarget, SourceState } from './source-state.js';
export type {
  InboundMessage,
  Settlement,
  SourcePartition,
  Sink,
  Source,
  SourceFeatures,
} from './source.js';
export { withTraceContext } from './trace-headers.js';
export {
  TRANSPORT_RULES,
  transportSymbol,
  type Connection,
  type ContextPropagation,
  type DeadLetterRequest,
  type HandlerGroup,
  type Outbound,
  type Receipt,
  type Transport,
  type TransportContext,
  type TransportOptions,
} from './transport.js';
