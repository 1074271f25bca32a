import { describe } from '@jest/globals';
import { describeRedriveAcrossBrokers } from '../support/suites/redrive-across-brokers.js';
import { embeddedBrokers } from '../support/brokers/test-brokers.js';

describe('A redrive, on embedded brokers', () => {
  describeRedriveAcrossBrokers(embeddedBrokers);
});
