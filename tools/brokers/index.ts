export { type Broker } from './broker.js';
export { type DataOptions } from './process/data-folder.js';
export { type ElasticMqOptions, startElasticMq } from './elasticmq/elasticmq.js';
export { type ElasticMqStorage } from './elasticmq/elasticmq-config.js';
export { type FetchOptions } from './java/jar-cache.js';
export { type JavaOptions } from './java/java.js';
export { produceWithJava } from './kafka/console-producer.js';
export { type KafkaOptions, startKafka } from './kafka/kafka.js';
export {
  type KafkaCluster,
  type KafkaClusterOptions,
  startKafkaCluster,
} from './kafka/kafka-cluster.js';
export { type KafkaListener, kafkaUsers } from './kafka/kafka-properties.js';
export {
  type KafkaVersion,
  kafkaVersion,
  type KafkaVersionOptions,
  kafkaVersions,
} from './kafka/kafka-version.js';
export {
  sessionMilliseconds,
  securedUsers,
  type SecuredKafka,
  startSecuredKafka,
  type SecuredListener,
} from './kafka/secured-kafka.js';
export { type Certificates } from './java/certificates.js';
export { freePort, freePorts } from './process/ports.js';
export { realBrokers, type RealBrokers } from './real-brokers.js';
export { startRedis } from './redis/redis.js';
export { startSchemaRegistry } from './registry/schema-registry.js';
