export {
  watchAwsLimits,
  type AwsLimitsWatch,
  type LimitViolation,
  type Refusal,
  type SdkRequestHandler,
} from './aws-limits/index.js';
export type { TestFramework } from './framework.js';
export { createTopics } from './kafka-drivers/create-topics.js';
export { ignoringListener } from './kafka-drivers/ignoring-listener.js';
export { ConsumerRecorder } from './kafka-drivers/recorder.js';
export { describeKafkaDriver, type OpenDriver } from './kafka-drivers/describe-kafka-driver.js';
export {
  describeIdempotencyStore,
  type OpenStores,
  type Outage,
  type StoreSubject,
} from './stores/index.js';
export {
  describeTracer,
  type OpenTracer,
  type TracedSpan,
  type TracerSubject,
} from './tracers/index.js';
export {
  describeTransport,
  type ChannelOptions,
  type HandlerWishes,
  type Item,
  type OpenTransport,
  type RawChannel,
  type RawMessage,
  type SubjectApi,
  type TransportErrorCodes,
  type TransportFeatures,
  type TransportSubject,
} from './transports/index.js';
