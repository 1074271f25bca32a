import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openFaultyServer } from './faulty-server.fixture.js';
import { openIntake, type Intake } from '../intake/server.fixture.js';
import { runScenario } from '../scenarios/run.fixture.js';

describe('flush', () => {
  let intake: Intake;
  beforeEach(async () => {
    intake = await openIntake();
  });
  afterEach(() => intake.close());

  it('keeps a process alive until everything is sent', async () => {
    const printed = await runScenario('flush', intake, {
      ELASTIC_APM_MAX_QUEUE_SIZE: '2000',
      ELASTIC_APM_API_REQUEST_SIZE: '1kb',
    });

    expect(printed).toEqual({ lost: 0, warnings: [] });
    expect(intake.lines.filter(({ transaction }) => transaction)).toHaveLength(500);
    expect(intake.lines.filter(({ span }) => span)).toHaveLength(500);
  });

  it('ends at its deadline if the server does not respond, and then the process ends', async () => {
    const silent = await openFaultyServer('does not respond');
    try {
      const printed = await runScenario('flush', silent, {
        FLUSH_WITHIN_MS: '300',
        ELASTIC_APM_LOG_LEVEL: 'off',
      });

      expect(printed).toEqual({ lost: 1_000, warnings: [] });
    } finally {
      await silent.close();
    }
  });
});
