import { describe } from '@jest/globals';
import { describeBadInput } from '../support/suites/bad-input.js';
import { embeddedBrokers } from '../support/brokers/test-brokers.js';

describe('Bad input on embedded brokers', () => {
  describeBadInput(embeddedBrokers);
});
