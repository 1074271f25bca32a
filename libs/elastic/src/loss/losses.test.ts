import { afterEach, describe, expect, it } from '@jest/globals';
import { openMoodyServer, type Mood, type MoodyServer } from './faulty-server.fixture.js';
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
  let server: MoodyServer | undefined;
  afterEach(async () => {
    await recording?.stop();
    await server?.close();
    recording = server = undefined;
  });

  const start = async (options: RecordOptions, ...moods: [Mood, ...Mood[]]): Promise<Recording> => {
    server = await openMoodyServer(...moods);
    return (recording = await record({ ...options, serverUrl: server.url }));
  };
  const handle = ({ tracer }: Recording, messages: number): void => {
    for (let count = 0; count < messages; count++) tracer.process(sqsMessage, run).end(done);
  };
  const lostAfter = async ({ tracer }: Recording, deadline = 10_000): Promise<number> =>
    (await tracer.flush(AbortSignal.timeout(deadline))).lost;

  it('for want of room is told while messages go on, once, with the setting that helps', async () => {
    const recorded = await start({ maxQueueSize: 10 }, 'takes');

    handle(recorded, 1_000);

    const told = [
      expect.stringMatching(/dropped 9\d\d events .* its queue of 10 was full.*maxQueueSize/),
    ];
    expect(recorded.warnings).toEqual(told);
    handle(recorded, 2_000);
    expect(await lostAfter(recorded)).toBeGreaterThan(2_900);
    expect(recorded.warnings).toEqual(told);
  });

  it('for want of room is told at a flush, where fewer messages came', async () => {
    const recorded = await start({ maxQueueSize: 10 }, 'takes');

    handle(recorded, 100);

    expect(await lostAfter(recorded)).toBe(90);
    expect(recorded.warnings).toEqual([expect.stringContaining('dropped 90 events')]);
  });

  it('is nothing where everything was taken', async () => {
    const recorded = await start({}, 'takes');

    handle(recorded, 100);

    expect(await lostAfter(recorded)).toBe(0);
    expect(recorded.warnings).toEqual([]);
  });

  it('is everything where the server is away, which is told once', async () => {
    const recorded = await start({}, 'takes');
    await server?.close();

    handle(recorded, 20);
    const first = await lostAfter(recorded);
    handle(recorded, 500);
    const then = await lostAfter(recorded, 200);

    expect([first, then]).toEqual([20, 520]);
    expect(recorded.warnings).toEqual([
      expect.stringMatching(/APM Server did not take .*ECONNREFUSED.*serverUrl/),
    ]);
  });

  it('is told as the server’s fault where the queue is full behind a server that is away', async () => {
    const recorded = await start({ maxQueueSize: 100 }, 'takes');
    await server?.close();
    handle(recorded, 1);
    await lostAfter(recorded);

    handle(recorded, 2_000);

    expect(await lostAfter(recorded, 200)).toBe(2_001);
    expect(recorded.warnings).toEqual([expect.stringContaining('APM Server did not take')]);
  });

  it('is what was in a request that was refused, and not what came after', async () => {
    const recorded = await start({}, 'refuses', 'takes');

    handle(recorded, 20);
    const refused = await lostAfter(recorded);
    handle(recorded, 30);
    const taken = await lostAfter(recorded);

    expect([refused, taken]).toEqual([20, 20]);
    expect(recorded.warnings).toEqual([expect.stringContaining('Unexpected APM Server response')]);
  });

  it('is not what the server took of a request that it refused', async () => {
    const recorded = await start({}, 'takes one');

    handle(recorded, 20);

    expect(await lostAfter(recorded)).toBe(19);
  });

  it('is nothing where a request for settings failed', async () => {
    const recorded = await start({ centralConfig: true }, 'takes');

    handle(recorded, 20);

    expect(await lostAfter(recorded)).toBe(0);
    expect(recorded.warnings).toEqual([]);
  });

  it('is what has no answer at the deadline, and no longer once it has', async () => {
    const recorded = await start({}, 'is silent');
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

  it('is counted anew for an agent that was started anew', async () => {
    const first = await start({ maxQueueSize: 10 }, 'takes');
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
