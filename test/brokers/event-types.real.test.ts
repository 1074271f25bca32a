import { describe } from '@jest/globals';
import { describeEventTypes } from '../support/suites/event-types.js';
import { realBrokers } from '../support/brokers/test-brokers.js';

describe('Five types of event in one topic, on real brokers', () => {
  describeEventTypes(realBrokers);
});
