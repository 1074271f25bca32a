import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openIntake, type Intake } from './intake.fixture.js';
import { done, record, run, sqsMessage, type Recording } from './recording.fixture.js';
import { runScenario } from './scenario.fixture.js';

describe('flush', () => {
  let recording: Recording | undefined;
  let intake: Intake;
  beforeEach(async () => {
    intake = await openIntake();
  });
  afterEach(async () => {
    await Promise.all([recording?.stop(), intake.close()]);
    recording = undefined;
  });

  it('holds a process that would end until everything is sent', async () => {
    const printed = await runScenario('flush', intake, {
      ELASTIC_APM_MAX_QUEUE_SIZE: '2000',
      ELASTIC_APM_API_REQUEST_SIZE: '1kb',
    });

    expect(printed).toEqual({ lost: 0 });
    expect(intake.lines.filter(({ transaction }) => transaction)).toHaveLength(500);
    expect(intake.lines.filter(({ span }) => span)).toHaveLength(500);
  });

  it('ends at its deadline where the server does not answer', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    recording = await record({ serverUrl: `http://127.0.0.1:${port}` });
    recording.tracer.process(sqsMessage, run).end(done);
    const deadline = new AbortController();
    const asked = new Promise((resolve) => silent.once('request', resolve));

    const flushing = recording.tracer.flush(deadline.signal);
    await asked;
    deadline.abort();

    expect(await flushing).toEqual({ lost: 0 });
    expect(await recording.tracer.flush(AbortSignal.abort())).toEqual({ lost: 0 });
    silent.closeAllConnections();
    silent.close();
  });

  it('says how many events the agent dropped since it was started', async () => {
    recording = await record({ maxQueueSize: 10 });
    for (let count = 0; count < 200; count++) recording.tracer.process(sqsMessage, run).end(done);

    const { lost } = await recording.tracer.flush(AbortSignal.timeout(10_000));

    expect(lost).toBeGreaterThan(0);
    expect(lost).toBe(200 - (await recording.sent()).transactions.length);
  });
});
