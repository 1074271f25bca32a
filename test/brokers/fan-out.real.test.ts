import { describe } from '@jest/globals';
import { describeFanOut } from '../support/suites/fan-out.js';
import { realBrokers } from '../support/brokers/test-brokers.js';

describe('Two groups of one topic, on real brokers', () => {
  describeFanOut(realBrokers);
});
