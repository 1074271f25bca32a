import { describe } from '@jest/globals';
import { describeEventTypes } from './support/event-types.js';
import { realStage } from './support/stage.js';

describe('Five types of event in one topic, on real brokers', () => {
  describeEventTypes(realStage);
});
