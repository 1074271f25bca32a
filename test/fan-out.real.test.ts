import { describe } from '@jest/globals';
import { describeFanOut } from './support/fan-out.js';
import { realStage } from './support/stage.js';

describe('Two groups of one topic, on real brokers', () => {
  describeFanOut(realStage);
});
