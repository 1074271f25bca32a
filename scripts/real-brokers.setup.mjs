/** Starts Kafka and ElasticMQ on free ports for the tests that need them, and tells them where by the environment. */
import './typescript.mjs';

const { startElasticMq, startKafka } = await import('../libs/testing/src/brokers/index.ts');

export default async function startBrokers() {
  const brokers = await Promise.all([startKafka(), startElasticMq({ storage: 'memory' })]);
  const [kafka, elasticMq] = brokers;
  process.env.TEST_KAFKA = kafka.address;
  process.env.TEST_SQS = elasticMq.address;
  globalThis.__BROKERS__ = brokers;
}
