import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { interval, lastValueFrom, map, take } from 'rxjs';
import { parseTraceparent } from 'throughline/tracing';
import {
  done,
  record,
  run,
  sqsMessage,
  toKafka,
  type Recording,
} from '../recording/recording.fixture.js';

const RUNS = 1_000;

describe('what is current', () => {
  let recording: Recording;
  beforeEach(async () => {
    recording = await record({ maxQueueSize: 10_000, breakdownMetrics: false });
  });
  afterEach(() => recording.stop());

  it(`stays with its own message, in ${RUNS} runs at a time, through awaits, timers, streams and events`, async () => {
    const { tracer } = recording;
    const traceIdNow = (): string | undefined => {
      const sending = tracer.send(toKafka);
      sending.end();
      const sent = parseTraceparent(sending.traceparent ?? '')?.traceId;
      return sent === tracer.current()?.traceId ? sent : undefined;
    };
    const handle = async (index: number): Promise<readonly (string | undefined)[]> => {
      await setTimeout(index % 7);
      const afterTimer = traceIdNow();
      await setImmediate();
      const events = new EventEmitter();
      const ended = once(events, 'done').then(traceIdNow);
      const listened = new Promise<string | undefined>((resolve) =>
        events.on('done', () => resolve(traceIdNow())),
      );
      const late = interval(1).pipe(take(2), map(traceIdNow));
      queueMicrotask(() => events.emit('done'));
      return [
        afterTimer,
        await ended,
        await listened,
        await lastValueFrom(late),
        await Promise.resolve().then(traceIdNow),
      ];
    };

    const seen = await Promise.all(
      Array.from({ length: RUNS }, async (_, index) => {
        const work = tracer.process({ ...sqsMessage, id: `m-${index}` }, run);
        const traceIds = await work.run(() => handle(index));
        work.end(done);
        return { own: work.ids?.traceId, traceIds, after: tracer.current() };
      }),
    );

    const strangers = seen.filter(
      ({ own, traceIds, after }) => after !== undefined || traceIds.some((one) => one !== own),
    );
    expect(strangers).toEqual([]);
    expect(new Set(seen.map(({ own }) => own)).size).toBe(RUNS);
    const { transactions, spans } = await recording.sent();
    expect(transactions).toHaveLength(RUNS);
    // The stream speaks twice.
    expect(spans).toHaveLength(6 * RUNS);
    expect(tracer.current()).toBeUndefined();
  });

  it('stays with its message in what continues after its end', async () => {
    const { tracer } = recording;
    const work = tracer.process(sqsMessage, run);
    const released = new EventEmitter();
    const late = work.run(async () => {
      await once(released, 'now');
      const sending = tracer.send(toKafka);
      sending.end();
      return parseTraceparent(sending.traceparent ?? '')?.traceId;
    });
    work.end(done);

    released.emit('now');

    expect(await late).toBe(work.ids?.traceId);
    expect(tracer.current()).toBeUndefined();
  });

  it('is nothing in a suppressed call, and is restored after it; other stores are seen in both', async () => {
    const tenants = new AsyncLocalStorage<string>();
    const work = recording.tracer.process(sqsMessage, run);

    const seen = await tenants.run('tenant-1', () =>
      work.run(async () => {
        const inside = await recording.tracer.suppress(async () => {
          await setImmediate();
          return [
            recording.tracer.current(),
            recording.tracer.send(toKafka).traceparent,
            tenants.getStore(),
          ];
        });
        return [...inside, recording.tracer.current(), tenants.getStore()];
      }),
    );

    expect(seen).toEqual([undefined, undefined, 'tenant-1', work.ids, 'tenant-1']);
  });

  it('returns what a suppressed call returns, and throws what it throws', () => {
    const unavailable = new Error('broker unavailable');

    expect(recording.tracer.suppress(() => 42)).toBe(42);
    expect(() =>
      recording.tracer.suppress(() => {
        throw unavailable;
      }),
    ).toThrow(unavailable);
    expect(recording.warnings).toEqual([]);
  });

  it('is the user’s own span where there is one', async () => {
    const work = recording.tracer.process(sqsMessage, run);

    const [current, own] = work.run(() => {
      const span = recording.agent.startSpan('price');
      const ids = recording.tracer.current();
      recording.tracer.send(toKafka).end();
      span?.end();
      return [ids, span?.ids['span.id']];
    });
    work.end(done);

    expect(current).toEqual({ traceId: work.ids?.traceId, spanId: own });
    const { spans } = await recording.sent();
    expect(spans.find(({ subtype }) => subtype === 'kafka')?.parent_id).toBe(own);
  });
});
