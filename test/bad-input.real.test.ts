import { describe } from '@jest/globals';
import { describeBadInput } from './support/bad-input.js';
import { realStage } from './support/stage.js';

describe('Bad input on real brokers', () => {
  describeBadInput(realStage);
});
