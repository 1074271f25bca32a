import { describe } from '@jest/globals';
import { describeRedriveAcrossBrokers } from './support/redrive-across-brokers.js';
import { embeddedStage } from './support/stage.js';

describe('A redrive, on embedded brokers', () => {
  describeRedriveAcrossBrokers(embeddedStage);
});
