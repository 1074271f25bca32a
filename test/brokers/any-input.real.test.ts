import { describe } from '@jest/globals';
import { describeAnyInput } from '../support/suites/any-input.js';
import { realBrokers } from '../support/brokers/test-brokers.js';

describe('Any input on real brokers', () => {
  describeAnyInput(realBrokers, 200);
});
