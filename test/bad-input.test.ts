import { describe } from '@jest/globals';
import { describeBadInput } from './support/bad-input.js';
import { embeddedStage } from './support/stage.js';

describe('Bad input on embedded brokers', () => {
  describeBadInput(embeddedStage);
});
