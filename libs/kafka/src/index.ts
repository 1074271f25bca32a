/** The symbol with which Nest's decorators name the Kafka transport: `@EventPattern('order_events', KAFKA)`. */
export const KAFKA = Symbol.for('throughline:kafka');
export {
  topic,
  type Topic,
  type TopicChannelOptions,
  type TopicHandlerOptions,
  type TopicPublishOptions,
} from './channel.js';
export type {
  AssignedPartition,
  Committed,
  Compression,
  ConsumerListener,
  ConsumerOptions,
  KafkaConsumer,
  KafkaDriver,
  KafkaProducer,
  KafkaRecord,
  LogChange,
  LogState,
  Loss,
  NewTopic,
  OutgoingRecord,
  PartitionCommit,
  PlaceInTopic,
  Position,
  ProducerOptions,
  TopicPartition,
} from './driver.js';
export {
  kafkaJs,
  memory,
  platformatic,
  type KafkaJsOptions,
  type MemoryDriver,
  type PlatformaticOptions,
  type PlatformaticSasl,
} from './drivers/index.js';
export { kafka } from './kafka.js';
export type { KafkaOptions } from './options.js';
export { murmur2 } from './drivers/murmur2.js';
