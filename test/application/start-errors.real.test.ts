import { describe } from '@jest/globals';
import { realBrokers } from '../support/brokers/test-brokers.js';
import { describeStartErrors } from '../support/suites/start-errors.js';

describe('Configuration errors at start, on real brokers', () => {
  describeStartErrors(realBrokers);
});
