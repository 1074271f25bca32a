import { describe } from '@jest/globals';
import { describeAnyInput } from '../support/suites/any-input.js';
import { embeddedBrokers } from '../support/brokers/test-brokers.js';

describe('Any input on embedded brokers', () => {
  describeAnyInput(embeddedBrokers, 1_000);
});
