import { describe } from '@jest/globals';
import { describeRedriveAcrossBrokers } from './support/redrive-across-brokers.js';
import { realStage } from './support/stage.js';

describe('A redrive, on real brokers', () => {
  describeRedriveAcrossBrokers(realStage);
});
