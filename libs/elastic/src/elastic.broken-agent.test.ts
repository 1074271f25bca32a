import { describe, expect, it } from '@jest/globals';
import { elastic } from './elastic.js';
import { loadAgent } from './agent/load.js';
import { run, sqsMessage, toKafka, TRACEPARENT } from './recording/recording.fixture.js';

const CALLS = [
  'startTransaction',
  'startSpan',
  'captureError',
  'flush',
  'currentTransaction',
  'currentTraceIds',
  '_instrumentation',
  '_conf',
  '_apmClient',
] as const;

/** Says that it is started, and throws in whatever else one asks of it. */
const brokenAgent = (alive: readonly string[]): ReturnType<typeof loadAgent> =>
  new Proxy(loadAgent(), {
    get: (_, name) => {
      if (name === 'isStarted') return () => true;
      if (alive.includes(String(name))) return undefined;
      throw new Error(`broken agent: ${String(name)}`);
    },
  });

describe('an agent that throws in every call', () => {
  it.each([
    ['all of it', []],
    ...CALLS.map((name) => [`all but ${name}`, [name]] as [string, string[]]),
  ])('affects nothing of the whole port: %s', async (_, alive) => {
    const warnings: string[] = [];
    const agent = brokenAgent(alive);
    const tracer = elastic({
      agent,
      unsampled: 'non-recording',
      warn: (message) => warnings.push(message),
    });
    const outOfStock = new Error('out of stock');
    const messages = ['01', '00'].map((flags) => ({
      ...sqsMessage,
      traceparent: TRACEPARENT.replace(/01$/, flags),
    }));

    const results = [];
    for (const message of messages) {
      const batch = tracer.processBatch([message], run);
      const work = tracer.process(message, {
        ...run,
        content: { raw: null, headers: {}, key: null },
      });
      results.push(
        await batch.run(() =>
          work.run(async () => {
            const sending = tracer.send(toKafka);
            const answer = await tracer.suppress(() => Promise.resolve('sent'));
            sending.end(outOfStock, { trace_context: 'full' });
            return [answer, sending.traceparent, tracer.current()];
          }),
        ),
      );
      expect(() =>
        work.run(() => {
          throw outOfStock;
        }),
      ).toThrow(outOfStock);
      work.end({ failed: true, error: outOfStock, labels: { outcome: 'retry' } });
      batch.end({ failed: false });
    }

    expect(results).toEqual(Array(2).fill(['sent', undefined, undefined]));
    expect(await tracer.flush(AbortSignal.timeout(1_000))).toEqual({ lost: 0 });
    expect(warnings.filter((warning) => warning.includes('The Elastic agent threw'))).toHaveLength(
      1,
    );
  });
});
