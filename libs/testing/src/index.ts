export {
  watchAwsLimits,
  type AwsLimitsWatch,
  type LimitViolation,
  type Refusal,
  type SdkRequestHandler,
} from './aws-limits/index.js';
export {
  freePort,
  freePorts,
  kafkaUsers,
  realBrokers,
  startElasticMq,
  startKafka,
  startKafkaCluster,
  startRedis,
  type Broker,
  type DataOptions,
  type ElasticMqOptions,
  type ElasticMqStorage,
  type FetchOptions,
  type JavaOptions,
  type KafkaCluster,
  type KafkaClusterOptions,
  type KafkaListener,
  type KafkaOptions,
  type RealBrokers,
} from './brokers/index.js';
export {
  describeTransport,
  type ChannelWish,
  type OpenTransport,
  type RawChannel,
  type RawMessage,
  type TestFramework,
  type TransportFeatures,
  type TransportSubject,
} from './conformance/index.js';
export { startEmbeddedSqs, type EmbeddedSqs } from './embedded/embedded-sqs.js';
export {
  startRecorder,
  type Orphan,
  type Problem,
  type Received,
  type RecordedError,
  type RecordedMetadata,
  type RecordedMetricset,
  type RecordedSpan,
  type RecordedTransaction,
  type Recorder,
  type RecorderOptions,
  type Snapshot,
  type Trace,
  type WaitOptions,
} from './recorder/index.js';
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
export { drawTree, spansOf, type DrawOptions, type TraceSpan } from './tree/index.js';
