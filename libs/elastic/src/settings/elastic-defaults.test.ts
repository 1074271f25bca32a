import { afterEach, describe, expect, it } from '@jest/globals';
import { elasticDefaults } from './elastic-defaults.js';
import { done, record, run, sqsMessage, type Recording } from '../recording/recording.fixture.js';

const PATIENCE = 120_000;

describe('the settings for a service that mostly handles messages', () => {
  let recording: Recording | undefined;
  afterEach(async () => {
    await recording?.stop();
    recording = undefined;
  });

  it(
    'make the queue large enough for one second of events',
    async () => {
      recording = await record(elasticDefaults({ eventsPerSecond: 3_000 }));

      // All of them before the agent gets to send one.
      for (let count = 0; count < 3_000; count++)
        recording.tracer.process(sqsMessage, run).end(done);

      expect(await recording.tracer.flush(AbortSignal.timeout(PATIENCE / 2))).toEqual({ lost: 0 });
      expect((await recording.sent()).transactions).toHaveLength(3_000);
      expect(recording.warnings).toEqual([]);
    },
    PATIENCE,
  );

  it('are the documented ones', () => {
    expect(elasticDefaults()).toEqual({
      maxQueueSize: 20_000,
      apiRequestSize: '10mb',
      breakdownMetrics: false,
    });
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuse %s events',
    (eventsPerSecond) => {
      expect(() => elasticDefaults({ eventsPerSecond })).toThrow(
        expect.objectContaining({ code: 'TL_OPTION_INVALID' }),
      );
    },
  );
});
