import { afterAll, beforeAll, describe, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { kafkaJs } from '../drivers/index.js';
import { describeKafkaSource } from './source.suite.js';

Logger.overrideLogger(false);
jest.setTimeout(180_000);

describe('a consumer group, on Apache Kafka', () => {
  describeKafkaSource({ describe, it, beforeAll, afterAll }, () => {
    const brokers = process.env.TEST_KAFKA ?? '';
    if (brokers === '') throw new Error('TEST_KAFKA is not set. Give a broker as host:port.');
    return kafkaJs({ brokers: brokers.split(','), clientId: 'source-test' });
  });
});
