/** Starts Kafka and ElasticMQ on free ports for the tests that need them, and passes the addresses in the environment. */
import '../typescript.mjs';

const { startElasticMq, startKafka } = await import('../brokers/index.ts');
const { fetchSchemaRegistry } = await import('../brokers/registry/schema-registry.ts');
const { redisServer } = await import('../brokers/redis/redis-server.ts');

export default async function startBrokers() {
  // The tests start Redis and the registry themselves. Both are downloaded here, so that a test's time limit need not cover that.
  await redisServer();
  await fetchSchemaRegistry();
  const brokers = await Promise.all([startKafka(), startElasticMq({ storage: 'memory' })]);
  const [kafka, elasticMq] = brokers;
  process.env.TEST_KAFKA = kafka.address;
  process.env.TEST_SQS = elasticMq.address;
  globalThis.__BROKERS__ = brokers;
}
