import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parseTraceparent, type Traceparent } from 'throughline/tracing';
import {
  done,
  record,
  run,
  sqsMessage,
  toKafka,
  type Recording,
} from '../recording/recording.fixture.js';

const PATIENCE = 180_000;
const MESSAGES = 20;
const SENDS_EACH = 500;
/** So every second send is beyond the limit; the agent's default is 500. */
const MOST_SPANS = 250;
const SENDS = MESSAGES * SENDS_EACH;

describe(`${SENDS} sends, beyond the limit of spans, where the agent compresses what it can`, () => {
  let recording: Recording;
  afterEach(() => recording.stop());

  /** A message whose handler sends; between its sends are calls that nothing propagates, for the agent to compress. */
  async function handleOne(): Promise<readonly (Traceparent | undefined)[]> {
    const { tracer, agent } = recording;
    const work = tracer.process(sqsMessage, run);
    const parents = await work.run(async () => {
      const cached = (): void =>
        agent.startSpan('get', 'cache', 'redis', { exitSpan: true })?.end();
      cached();
      cached();
      const written: (Traceparent | undefined)[] = [];
      for (let count = 0; count < SENDS_EACH; count++) {
        const sending = tracer.send(toKafka);
        if (count % 50 === 0) await setImmediate();
        sending.end();
        written.push(parseTraceparent(sending.traceparent ?? ''));
      }
      return written;
    });
    work.end(done);
    return parents;
  }

  it(
    'name no parent that was not reported',
    async () => {
      recording = await record({
        spanCompressionEnabled: true,
        spanCompressionExactMatchMaxDuration: '1h',
        spanCompressionSameKindMaxDuration: '1h',
        exitSpanMinDuration: '0ms',
        transactionMaxSpans: MOST_SPANS,
        maxQueueSize: 2 * SENDS,
      });

      const parents = (await Promise.all(Array.from({ length: MESSAGES }, handleOne))).flat();

      const { transactions, spans } = await recording.sent();
      const reported = new Set([...transactions, ...spans].map(({ id }) => id));
      expect(parents).toHaveLength(SENDS);
      expect(parents.filter((parent) => parent === undefined)).toEqual([]);
      const orphans = parents.filter(
        (parent) => parent?.flags === 1 && !reported.has(parent.parentId),
      );
      expect(orphans).toEqual([]);
      // All of them are sampled, and both the limit and the compression took effect.
      expect(parents.filter((parent) => parent?.flags !== 1)).toEqual([]);
      const spanIds = new Set(spans.map(({ id }) => id));
      const bySpan = parents.filter((parent) => parent && spanIds.has(parent.parentId));
      expect(bySpan).toHaveLength(MESSAGES * (MOST_SPANS - 2));
      expect(spans.filter(({ composite }) => composite !== undefined)).toHaveLength(MESSAGES);
      expect(transactions.every(({ span_count }) => (span_count.dropped ?? 0) > 0)).toBe(true);
    },
    PATIENCE,
  );
});
