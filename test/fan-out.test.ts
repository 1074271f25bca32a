import { describe } from '@jest/globals';
import { describeFanOut } from './support/fan-out.js';
import { embeddedStage } from './support/stage.js';

describe('Two groups of one topic, on embedded brokers', () => {
  describeFanOut(embeddedStage);
});
