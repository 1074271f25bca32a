export {
  freePort,
  freePorts,
  realBrokers,
  startElasticMq,
  startKafka,
  startRedis,
  type Broker,
  type DataOptions,
  type ElasticMqOptions,
  type ElasticMqStorage,
  type FetchOptions,
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
export { drawTree, spansOf, type DrawOptions, type TraceSpan } from './tree/index.js';
