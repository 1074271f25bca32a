import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { interval, lastValueFrom, map, take } from 'rxjs';
import { parseTraceparent } from 'throughline/tracing';
import { done, record, run, sqsMessage, toKafka, type Recording } from './recording.fixture.js';

const RUNS = 1_000;

describe('what is current', () => {
  let recording: Recording;
  beforeEach(async () => {
    recording = await record({ maxQueueSize: 10_000 });
  });
  afterEach(() => recording.stop());

  it(`stays with its own message, in ${RUNS} runs at a time, through awaits, timers and streams`, async () => {
    const { tracer } = recording;
    const seen = await Promise.all(
      Array.from({ length: RUNS }, async (_, index) => {
        const work = tracer.process({ ...sqsMessage, id: `m-${index}` }, run);
        const ids = await work.run(async () => {
          await setTimeout(index % 7);
          const afterTimer = tracer.current();
          const sending = tracer.send(toKafka);
          await setImmediate();
          sending.end();
          const inStream = await lastValueFrom(
            interval(1).pipe(
              take(2),
              map(() => tracer.current()),
            ),
          );
          return [
            afterTimer,
            inStream,
            tracer.current(),
            parseTraceparent(sending.traceparent ?? ''),
          ];
        });
        work.end(done);
        return { own: work.ids, ids, after: tracer.current() };
      }),
    );

    const strangers = seen.filter(
      ({ own, ids, after }) =>
        after !== undefined || ids.some((one) => one?.traceId !== own?.traceId),
    );
    expect(strangers).toEqual([]);
    const { transactions, spans } = await recording.sent();
    expect([
      transactions.length,
      spans.length,
      new Set(transactions.map(({ id }) => id)).size,
    ]).toEqual([RUNS, RUNS, RUNS]);
    expect(recording.tracer.current()).toBeUndefined();
  });

  it('is nothing in a quiet call, and again what it was behind it; other stores are seen in both', async () => {
    const tenants = new AsyncLocalStorage<string>();
    const work = recording.tracer.process(sqsMessage, run);

    const seen = await tenants.run('tenant-1', () =>
      work.run(async () => {
        const inside = await recording.tracer.quiet(async () => {
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

  it('gives what a quiet call gives, and throws what it throws', () => {
    const away = new Error('broker away');

    expect(recording.tracer.quiet(() => 42)).toBe(42);
    expect(() =>
      recording.tracer.quiet(() => {
        throw away;
      }),
    ).toThrow(away);
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
