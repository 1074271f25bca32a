import { describe } from '@jest/globals';
import { describeRedriveAcrossBrokers } from '../support/suites/redrive-across-brokers.js';
import { realBrokers } from '../support/brokers/test-brokers.js';

describe('A redrive, on real brokers', () => {
  describeRedriveAcrossBrokers(realBrokers);
});
