import { afterEach, describe, expect, it } from '@jest/globals';
import type { Incoming, Work } from 'throughline/tracing';
import { done, run, sqsMessage, toKafka, type Recording } from '../recording/recording.fixture.js';
import { onlyTransaction, recordings } from './recordings.fixture.js';

const traceIdOf = (trace: number): string => (trace + 1).toString(16).padStart(32, '0');
const parentIdOf = (message: number): string => (message + 1).toString(16).padStart(16, '0');

/** Messages from so many traces, each sent by a span of its own. */
const messagesFrom = (traces: number, count = 100): readonly Incoming[] =>
  Array.from({ length: count }, (_, message) => ({
    system: 'kafka',
    destination: 'orders',
    id: `orders/0/${message}`,
    traceparent: `00-${traceIdOf(message % traces)}-${parentIdOf(message)}-01`,
  }));

/** Each message is handled, and answered by a publish of its own; one more publish is the batch's. */
function handle({ tracer }: Recording, messages: readonly Incoming[]): Work {
  const batch = tracer.processBatch(messages, run);
  batch.run(() => {
    for (const message of messages) {
      const work = tracer.process(message, { ...run, batch: batch.ids });
      work.run(() => {
        tracer.send(toKafka).end();
      });
      work.end(done);
    }
    tracer.send(toKafka).end();
  });
  batch.end(done);
  return batch;
}

describe('the messages of a batch', () => {
  const recording = recordings(afterEach);

  it.each([100, 5])(
    'row 6: each of 100 messages, from %i traces, has a transaction in its own trace, and so has the batch',
    async (traces) => {
      const recorded = await recording({ maxQueueSize: 10_000 });

      const batch = handle(recorded, messagesFrom(traces));

      const { transactions, spans } = await recorded.sent();
      const root = transactions.find(({ id }) => id === batch.ids?.spanId);
      const own = transactions.filter(({ id }) => id !== batch.ids?.spanId);
      expect(root).toMatchObject({ name: 'Kafka RECEIVE from orders', type: 'messaging' });
      expect(root?.parent_id).toBeUndefined();
      expect(own).toHaveLength(100);
      expect(new Set(own.map(({ trace_id }) => trace_id)).size).toBe(traces);
      for (const [message, transaction] of own.entries()) {
        expect(transaction).toMatchObject({
          // In Elastic's words the batch was received, so that nothing is counted twice.
          name: 'Kafka PROCESS from orders',
          trace_id: traceIdOf(message % traces),
          parent_id: parentIdOf(message),
          links: [{ trace_id: root?.trace_id, span_id: root?.id }],
        });
        expect(spans.filter(({ parent_id }) => parent_id === transaction.id)).toHaveLength(1);
      }
      expect(spans.filter(({ parent_id }) => parent_id === root?.id)).toHaveLength(1);
    },
  );

  it.each([100, 1])('row 8: a batch of %i links to each of its messages', async (size) => {
    const recorded = await recording({ maxQueueSize: 10_000 });

    recorded.tracer.processBatch(messagesFrom(size, size), run).end(done);

    expect((await onlyTransaction(recorded)).links).toEqual(
      Array.from({ length: size }, (_, message) => ({
        trace_id: traceIdOf(message),
        span_id: parentIdOf(message),
      })),
    );
  });

  it('row 8: it links to a context once, however many messages were sent in it', async () => {
    const recorded = await recording();
    const [message = sqsMessage] = messagesFrom(1, 1);

    recorded.tracer.processBatch([message, message, sqsMessage], run).end(done);

    expect((await onlyTransaction(recorded)).links).toEqual([
      { trace_id: traceIdOf(0), span_id: parentIdOf(0) },
    ]);
  });

  it('row 9: it looks at the first 1,000 messages for a context', async () => {
    const recorded = await recording();

    recorded.tracer.processBatch(messagesFrom(1_200, 1_200), run).end(done);

    const { links, context } = await onlyTransaction(recorded);
    expect(links).toHaveLength(1_000);
    expect(links?.at(-1)?.span_id).toBe(parentIdOf(999));
    expect(context?.tags).toMatchObject({ messages: 1_200 });
  });
});
