import { Logger } from '@nestjs/common';

import { describeKafkaDriver } from 'throughline/conformance';
import { memory } from './memory.js';

// The suite makes a listener throw, which logs an error.
Logger.overrideLogger(false);

describeKafkaDriver('memory', () => {
  const driver = memory();
  return Promise.resolve({ driver, close: () => driver.close() });
});
