import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Incoming, Work } from 'throughline/tracing';
import { done, toKafka, record, run, sqsMessage, type Recording } from './recording.fixture.js';

const traceIdOf = (trace: number): string => (trace + 1).toString(16).padStart(32, '0');
const parentIdOf = (message: number): string => (message + 1).toString(16).padStart(16, '0');

/** Messages from so many traces, each sent by a span of its own. */
const messagesFrom = (traces: number, count = 100): readonly Incoming[] =>
  Array.from({ length: count }, (_, message) => ({
    ...sqsMessage,
    system: 'kafka',
    destination: 'orders',
    id: `orders/0/${message}`,
    traceparent: `00-${traceIdOf(message % traces)}-${parentIdOf(message)}-01`,
  }));

describe('the transaction of a batch', () => {
  let recording: Recording;
  beforeEach(async () => {
    recording = await record({ maxQueueSize: 10_000 });
  });
  afterEach(() => recording.stop());

  const processed = (message: Incoming, batch: Work, attempt = 1): Work =>
    recording.tracer.process(message, { ...run, attempt, batch: batch.ids });

  it.each([100, 5])(
    'rows 6, 8 and 11: is a root with a link to each of 100 messages from %i traces, which stay in their own',
    async (traces) => {
      const messages = messagesFrom(traces);

      const batch = recording.tracer.processBatch(messages, run);
      batch.run(() => {
        for (const message of messages) {
          const work = processed(message, batch);
          work.run(() => {
            recording.tracer.send(toKafka).end();
          });
          work.end(done);
        }
        recording.tracer.send(toKafka).end();
      });
      batch.end(done);

      const { transactions, spans } = await recording.sent();
      const root = transactions.find(({ id }) => id === batch.ids?.spanId);
      const own = transactions.filter(({ id }) => id !== batch.ids?.spanId);
      expect(root).toMatchObject({ name: 'Kafka RECEIVE from orders', type: 'messaging' });
      expect(root?.parent_id).toBeUndefined();
      expect(root?.links).toEqual(
        messages.map((_, message) => ({
          trace_id: traceIdOf(message % traces),
          span_id: parentIdOf(message),
        })),
      );
      expect(own).toHaveLength(100);
      expect(new Set(own.map(({ trace_id }) => trace_id)).size).toBe(traces);
      for (const [message, transaction] of own.entries()) {
        expect(transaction).toMatchObject({
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

  it('row 8: links to a context once, however many messages were sent in it', async () => {
    const [message] = messagesFrom(1, 1);
    const twice = message === undefined ? [] : [message, message, sqsMessage];

    recording.tracer.processBatch(twice, run).end(done);

    const [transaction] = (await recording.sent()).transactions;
    expect(transaction?.links).toEqual([{ trace_id: traceIdOf(0), span_id: parentIdOf(0) }]);
  });

  it('row 9: looks at the first 1,000 messages for a context', async () => {
    recording.tracer.processBatch(messagesFrom(1_200, 1_200), run).end(done);

    const [transaction] = (await recording.sent()).transactions;
    expect(transaction?.links).toHaveLength(1_000);
    expect(transaction?.context?.tags).toMatchObject({ messages: 1_200 });
  });

  it('has failed where its handler has, and not where a message has', async () => {
    const batch = recording.tracer.processBatch(messagesFrom(2, 2), run);
    batch.end({ failed: false, labels: { failed: 1 } });
    const broken = recording.tracer.processBatch(messagesFrom(2, 2), run);
    broken.end({ failed: true, error: new TypeError('no ledger') });

    const { transactions, errors } = await recording.sent();
    expect(transactions.map(({ outcome }) => outcome)).toEqual(['success', 'failure']);
    expect(errors.map(({ transaction_id }) => transaction_id)).toEqual([broken.ids?.spanId]);
  });
});
