import { describe } from '@jest/globals';
import { describeEventTypes } from './support/event-types.js';
import { embeddedStage } from './support/stage.js';

describe('Five types of event in one topic, on embedded brokers', () => {
  describeEventTypes(embeddedStage);
});
