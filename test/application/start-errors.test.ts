import { describe } from '@jest/globals';
import { embeddedBrokers } from '../support/brokers/test-brokers.js';
import { describeStartErrors } from '../support/suites/start-errors.js';

describe('Configuration errors at start, on embedded brokers', () => {
  describeStartErrors(embeddedBrokers);
});
