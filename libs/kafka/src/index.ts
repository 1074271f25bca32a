export { KAFKA } from 'throughline';
export type {
  AssignedPartition,
  Committed,
  ConsumerListener,
  ConsumerOptions,
  KafkaConsumer,
  KafkaDriver,
  KafkaProducer,
  KafkaRecord,
  NewTopic,
  OutgoingRecord,
  PartitionCommit,
  PlaceInTopic,
  Position,
  ProducerOptions,
  TopicPartition,
} from './driver.js';
export {
  describeKafkaDriver,
  kafkaJs,
  memory,
  type KafkaJsOptions,
  type MemoryDriver,
  type OpenDriver,
  type TestFramework,
} from './drivers/index.js';
export { kafka } from './kafka.js';
export type { KafkaOptions } from './options.js';
