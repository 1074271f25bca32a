import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { interval, lastValueFrom, map, take } from 'rxjs';
import { parseTraceparent, type TraceIds } from 'throughline/tracing';
import { done, record, run, sqsMessage, toKafka, type Recording } from '../recording.fixture.js';

const RUNS = 1_000;

describe('what is current', () => {
  let recording: Recording;
  beforeEach(() => {
    recording = record();
  });
  afterEach(() => recording.stop());

  it(`stays with its own message, in ${RUNS} runs at a time, through awaits, timers, streams and events`, async () => {
    const { tracer } = recording;
    const tenants = new AsyncLocalStorage<number>();
    const handle = async (index: number): Promise<readonly (TraceIds['traceId'] | undefined)[]> => {
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
      const emitter = new EventEmitter();
      const heard = once(emitter, 'tick').then(() => tracer.current());
      globalThis.setTimeout(() => emitter.emit('tick'), index % 3);
      const atEvent = await heard;
      expect(tenants.getStore()).toBe(index);
      const sent = parseTraceparent(sending.traceparent ?? '');
      return [afterTimer, inStream, atEvent, tracer.current(), sent].map((ids) => ids?.traceId);
    };

    const seen = await Promise.all(
      Array.from({ length: RUNS }, (_, index) =>
        tenants.run(index, async () => {
          const work = tracer.process({ ...sqsMessage, id: `m-${index}` }, run);
          const traceIds = await work.run(() => handle(index));
          work.end(done);
          return { own: work.ids?.traceId, traceIds, after: tracer.current() };
        }),
      ),
    );

    const strangers = seen.filter(
      ({ own, traceIds, after }) => after !== undefined || traceIds.some((one) => one !== own),
    );
    expect(strangers).toEqual([]);
    expect(new Set(seen.map(({ own }) => own)).size).toBe(RUNS);
    expect(recording.spans).toHaveLength(2 * RUNS);
    expect(tracer.current()).toBeUndefined();
    expect(recording.warnings).toEqual([]);
  });
});
