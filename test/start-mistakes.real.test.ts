import { describe } from '@jest/globals';
import { realStage } from './support/stage.js';
import { describeStartMistakes } from './support/start-mistakes.js';

describe('Mistakes at start, on real brokers', () => {
  describeStartMistakes(realStage);
});
