import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { kafkaJs } from '../drivers/index.js';
import { describeChangingLogs } from './changing-logs.suite.js';
import { brokerControl } from './log-control.fixture.js';

const brokers = process.env.TEST_KAFKA ?? '';

Logger.overrideLogger(false);

describe('a log that changes, on kafkajs', () => {
  describeChangingLogs({ describe, it, beforeAll, afterAll }, () => ({
    driver: kafkaJs({ brokers: brokers.split(','), clientId: 'changing-logs' }),
    control: brokerControl(brokers),
  }));
});
