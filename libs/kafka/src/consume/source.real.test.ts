import { afterAll, beforeAll, describe, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { kafkaJs, platformatic } from '../drivers/index.js';
import { describeKafkaSource } from './source.suite.js';

Logger.overrideLogger(false);
jest.setTimeout(180_000);

describe.each([
  ['kafkajs', kafkaJs],
  ['platformatic', platformatic],
] as const)('a consumer group, on Apache Kafka through %s', (_, driverOf) => {
  describeKafkaSource({ describe, it, beforeAll, afterAll }, () => {
    const brokers = process.env.TEST_KAFKA ?? '';
    if (brokers === '') throw new Error('TEST_KAFKA is not set. Give a broker as host:port.');
    return driverOf({ brokers: brokers.split(','), clientId: 'source-test' });
  });
});
