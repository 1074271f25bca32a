import { describe } from '@jest/globals';
import { describeAnyInput } from './support/any-input.js';
import { realStage } from './support/stage.js';

describe('Any input on real brokers', () => {
  describeAnyInput(realStage, 200);
});
