/** Starts Kafka and ElasticMQ on free ports for the tests that need them, and tells them where by the environment. */
import './typescript.mjs';

const { startElasticMq, startKafka } = await import('./brokers/index.ts');
const { redisServer } = await import('./brokers/redis-server.ts');

export default async function startBrokers() {
  // The tests start Redis themselves; here it is fetched, once and not by all of them at the same time.
  await redisServer();
  const brokers = await Promise.all([startKafka(), startElasticMq({ storage: 'memory' })]);
  const [kafka, elasticMq] = brokers;
  process.env.TEST_KAFKA = kafka.address;
  process.env.TEST_SQS = elasticMq.address;
  globalThis.__BROKERS__ = brokers;
}
