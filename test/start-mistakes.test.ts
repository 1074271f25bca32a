import { describe } from '@jest/globals';
import { embeddedStage } from './support/stage.js';
import { describeStartMistakes } from './support/start-mistakes.js';

describe('Mistakes at start, on embedded brokers', () => {
  describeStartMistakes(embeddedStage);
});
