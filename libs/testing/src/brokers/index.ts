export { type Broker } from './broker.js';
export { type DataOptions } from './data-folder.js';
export { type ElasticMqOptions, startElasticMq } from './elasticmq.js';
export { type ElasticMqStorage } from './elasticmq-config.js';
export { type FetchOptions } from './jar-cache.js';
export { startKafka } from './kafka.js';
export { freePort, freePorts } from './ports.js';
export { realBrokers, type RealBrokers } from './real-brokers.js';
export { startRedis } from './redis.js';
