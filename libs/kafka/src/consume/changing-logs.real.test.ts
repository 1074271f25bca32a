import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { kafkaJs, platformatic } from '../drivers/index.js';
import { describeChangingLogs } from './changing-logs.suite.js';
import { brokerControl } from './log-control.fixture.js';

const brokers = process.env.TEST_KAFKA ?? '';

Logger.overrideLogger(false);

describe.each([
  ['kafkajs', kafkaJs],
  ['platformatic', platformatic],
] as const)('a log that changes, on %s', (_, driverOf) => {
  describeChangingLogs({ describe, it, beforeAll, afterAll }, () => ({
    driver: driverOf({ brokers: brokers.split(','), clientId: 'changing-logs' }),
    control: brokerControl(brokers),
  }));
});
