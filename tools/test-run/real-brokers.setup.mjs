/** Starts Kafka and ElasticMQ on free ports for the tests that need them, and passes the addresses in the environment. */
import '../typescript.mjs';

const { startElasticMq, startKafka } = await import('../brokers/index.ts');
const { redisServer } = await import('../brokers/redis/redis-server.ts');

export default async function startBrokers() {
  // The tests start Redis themselves. It is downloaded here, so that they do not all do so at the same time.
  await redisServer();
  const brokers = await Promise.all([startKafka(), startElasticMq({ storage: 'memory' })]);
  const [kafka, elasticMq] = brokers;
  process.env.TEST_KAFKA = kafka.address;
  process.env.TEST_SQS = elasticMq.address;
  globalThis.__BROKERS__ = brokers;
}
