import { describe } from '@jest/globals';
import { describeBadInput } from '../support/suites/bad-input.js';
import { realBrokers } from '../support/brokers/test-brokers.js';

describe('Bad input on real brokers', () => {
  describeBadInput(realBrokers);
});
