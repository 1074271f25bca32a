import { Logger } from '@nestjs/common';

import { describeKafkaDriver } from 'throughline/conformance';
import { platformatic } from './platformatic.js';

// The suite makes a listener throw, which logs an error.
Logger.overrideLogger(false);

const bootstrap = process.env.TEST_KAFKA;

describeKafkaDriver('platformatic', () => {
  if (bootstrap === undefined || bootstrap === '') {
    throw new Error('TEST_KAFKA is not set. Give it the address of a Kafka broker as host:port.');
  }
  const driver = platformatic({ brokers: bootstrap.split(','), clientId: 'driver-conformance' });
  return Promise.resolve({ driver, close: () => driver.close() });
});
