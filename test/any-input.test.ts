import { describe } from '@jest/globals';
import { describeAnyInput } from './support/any-input.js';
import { embeddedStage } from './support/stage.js';

describe('Any input on embedded brokers', () => {
  describeAnyInput(embeddedStage, 1_000);
});
