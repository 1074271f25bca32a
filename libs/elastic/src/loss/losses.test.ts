import { afterEach, describe, expect, it } from '@jest/globals';
import { openFaultyServer, type Answer, type FaultyServer } from './faulty-server.fixture.js';
import {
  done,
  record,
  run,
  sqsMessage,
  type Recording,
  type RecordOptions,
} from '../recording/recording.fixture.js';

describe('what the agent loses', () => {
  let recording: Recording | undefined;
  let server: FaultyServer | undefined;
  afterEach(async () => {
    await recording?.stop();
    await server?.close();
    recording = server = undefined;
  });

  const start = async (
    options: RecordOptions,
    ...answers: [Answer, ...Answer[]]
  ): Promise<Recording> => {
    server = await openFaultyServer(...answers);
    return (recording = await record({ ...options, serverUrl: server.url }));
  };
  const handle = ({ tracer }: Recording, messages: number): void => {
    for (let count = 0; count < messages; count++) tracer.process(sqsMessage, run).end(done);
  };
  const lostAfter = async ({ tracer }: Recording, deadline = 10_000): Promise<number> =>
    (await tracer.flush(AbortSignal.timeout(deadline))).lost;

  it('because its queue is full is reported once, while messages are processed, with the setting that helps', async () => {
    const recorded = await start({ maxQueueSize: 10 }, 'accepts');

    handle(recorded, 1_000);

    const expected = [
      expect.stringMatching(
        /dropped 9\d\d events .* its queue \(maxQueueSize: 10\) was full.*elasticDefaults/,
      ),
    ];
    expect(recorded.warnings).toEqual(expected);
    handle(recorded, 2_000);
    expect(await lostAfter(recorded)).toBeGreaterThan(2_900);
    expect(recorded.warnings).toEqual(expected);
  });

  it('because its queue is full is reported at a flush, if there were fewer messages', async () => {
    const recorded = await start({ maxQueueSize: 10 }, 'accepts');

    handle(recorded, 100);

    expect(await lostAfter(recorded)).toBe(90);
    expect(recorded.warnings).toEqual([expect.stringContaining('dropped 90 events')]);
  });

  it('is nothing if the server accepted everything', async () => {
    const recorded = await start({}, 'accepts');

    handle(recorded, 100);

    expect(await lostAfter(recorded)).toBe(0);
    expect(recorded.warnings).toEqual([]);
  });

  it('is everything if the server is unavailable, which is reported once', async () => {
    const recorded = await start({}, 'accepts');
    await server?.close();

    handle(recorded, 20);
    const first = await lostAfter(recorded);
    handle(recorded, 500);
    const then = await lostAfter(recorded, 200);

    expect([first, then]).toEqual([20, 520]);
    expect(recorded.warnings).toEqual([
      expect.stringMatching(/APM Server is not accepting .*ECONNREFUSED.*serverUrl/),
    ]);
  });

  it('is reported as the server’s fault if the queue is full because the server is unavailable', async () => {
    const recorded = await start({ maxQueueSize: 100 }, 'accepts');
    await server?.close();
    handle(recorded, 1);
    await lostAfter(recorded);

    handle(recorded, 2_000);

    expect(await lostAfter(recorded, 200)).toBe(2_001);
    expect(recorded.warnings).toEqual([expect.stringContaining('APM Server is not accepting')]);
  });

  it('is what was in a rejected request, and not what came after', async () => {
    const recorded = await start({}, 'rejects', 'accepts');

    handle(recorded, 20);
    const refused = await lostAfter(recorded);
    handle(recorded, 30);
    const accepted = await lostAfter(recorded);

    expect([refused, accepted]).toEqual([20, 20]);
    expect(recorded.warnings).toEqual([expect.stringContaining('Unexpected APM Server response')]);
  });

  it('is not what the server accepted of a request that it rejected', async () => {
    const recorded = await start({}, 'accepts one event');

    handle(recorded, 20);

    expect(await lostAfter(recorded)).toBe(19);
  });

  it('is nothing if a request for settings failed', async () => {
    const recorded = await start({ centralConfig: true }, 'accepts');

    handle(recorded, 20);

    expect(await lostAfter(recorded)).toBe(0);
    expect(recorded.warnings).toEqual([]);
  });

  it('is what has no answer at the deadline, and no longer once it has', async () => {
    const recorded = await start({}, 'does not respond');
    handle(recorded, 20);
    const deadline = new AbortController();
    const asked = server?.request();

    const flushing = recorded.tracer.flush(deadline.signal);
    await asked;
    deadline.abort();

    expect(await flushing).toEqual({ lost: 20 });
    expect(await recorded.tracer.flush(AbortSignal.abort())).toEqual({ lost: 20 });
    expect(recorded.warnings).toEqual([]);
  });

  it('is counted from 0 after the agent was restarted', async () => {
    const first = await start({ maxQueueSize: 10 }, 'accepts');
    handle(first, 100);
    expect(await lostAfter(first)).toBe(90);
    await first.stop();

    first.agent.start({
      serviceName: 'orders',
      logLevel: 'off',
      centralConfig: false,
      cloudProvider: 'none',
      captureExceptions: false,
      metricsInterval: '0s',
      serverUrl: server?.url ?? '',
    });
    handle(first, 20);

    expect(await lostAfter(first)).toBe(0);
  });
});
