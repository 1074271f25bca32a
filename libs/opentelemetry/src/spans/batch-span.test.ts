import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { api } from '@opentelemetry/sdk-node';
import type { Incoming } from 'throughline/tracing';
import { done, record, run, sqsMessage, toKafka, type Recording } from '../recording.fixture.js';

const traceIdOf = (trace: number): string => (trace + 1).toString(16).padStart(32, '0');
const parentIdOf = (message: number): string => (message + 1).toString(16).padStart(16, '0');

/** Messages from so many traces, each sent by a span of its own. */
const messagesFrom = (traces: number, count = 100): readonly Incoming[] =>
  Array.from({ length: count }, (_, message) => ({
    system: 'kafka',
    destination: 'orders',
    id: `orders/0/${message}`,
    facts: { partition: 0, offset: message, group: 'audit' },
    traceparent: `00-${traceIdOf(message % traces)}-${parentIdOf(message)}-01`,
  }));

const FAILING = 42;
const outOfStock = new Error('out of stock');

describe('the span of a batch', () => {
  let recording: Recording;
  beforeEach(() => {
    recording = record();
  });
  afterEach(() => recording.stop());

  it.each([100, 5])(
    'is a root with a link to each of 100 messages from %i traces, which stay in their own, one of them failing once',
    (traces) => {
      const { tracer } = recording;
      const messages = messagesFrom(traces);

      const batch = tracer.processBatch(messages, run);
      batch.run(() => {
        for (const [index, message] of messages.entries()) {
          const work = tracer.process(message, { ...run, batch: batch.ids });
          work.run(() => tracer.send(toKafka).end());
          if (index === FAILING) {
            work.end({ failed: true, error: outOfStock, labels: { outcome: 'retry' } });
            tracer.process(message, { ...run, attempt: 2, batch: batch.ids }).end(done);
          } else work.end(done);
        }
        tracer.send(toKafka).end();
      });
      batch.end({ failed: false, labels: { messages: 100, failed: 1 } });

      const root = recording.named('receive orders');
      const rootIds = { traceId: root.spanContext().traceId, spanId: root.spanContext().spanId };
      expect(root.kind).toBe(api.SpanKind.CLIENT);
      expect(root.parentSpanContext).toBeUndefined();
      expect(root.attributes).toEqual({
        'messaging.system': 'kafka',
        'messaging.operation.name': 'receive',
        'messaging.operation.type': 'receive',
        'messaging.destination.name': 'orders',
        'messaging.consumer.group.name': 'audit',
        'messaging.batch.message_count': 100,
        'throughline.handler': run.handler,
        'throughline.failed': 1,
      });
      expect(root.links.map(({ context }) => context)).toMatchObject(
        messages.map((_, message) => ({
          traceId: traceIdOf(message % traces),
          spanId: parentIdOf(message),
        })),
      );

      const own = recording.spans.filter(({ name }) => name === 'process orders');
      const sends = recording.spans.filter(({ name }) => name === 'send order_events');
      expect(own).toHaveLength(101);
      expect(new Set(own.map((span) => span.spanContext().traceId)).size).toBe(traces);
      const first = own.filter(({ attributes }) => attributes['throughline.attempt'] === 1);
      for (const [message, span] of first.entries()) {
        expect(span.parentSpanContext).toMatchObject({
          traceId: traceIdOf(message % traces),
          spanId: parentIdOf(message),
        });
        expect(span.links.map(({ context }) => context)).toMatchObject([rootIds]);
        expect(span.events).toHaveLength(message === FAILING ? 1 : 0);
        const { spanId, traceId } = span.spanContext();
        const below = sends.filter(({ parentSpanContext }) => parentSpanContext?.spanId === spanId);
        expect(below.map((send) => send.spanContext().traceId)).toEqual([traceId]);
      }
      const [again] = own.filter(({ attributes }) => attributes['throughline.attempt'] === 2);
      expect(again?.parentSpanContext?.spanId).toBe(parentIdOf(FAILING));
      expect(
        sends.filter(({ parentSpanContext }) => parentSpanContext?.spanId === rootIds.spanId),
      ).toHaveLength(1);
      expect(sends).toHaveLength(101);
      expect(recording.tracer.current()).toBeUndefined();
      expect(recording.warnings).toEqual([]);
    },
  );

  it('is a root whatever is current', () => {
    const other = recording.tracer.process(sqsMessage, run);

    other.run(() => recording.tracer.processBatch(messagesFrom(1, 1), run)).end(done);

    expect(recording.named('receive orders').parentSpanContext).toBeUndefined();
  });

  it('links to a context once, however many messages were sent in it, and to none where there is none', () => {
    const [message = sqsMessage] = messagesFrom(1, 1);

    recording.tracer.processBatch([message, message, sqsMessage], run).end(done);

    const { links } = recording.named('receive orders');
    expect(links.map(({ context }) => context)).toMatchObject([
      { traceId: traceIdOf(0), spanId: parentIdOf(0) },
    ]);
  });

  it('says once that the SDK leaves links out, and which setting helps', () => {
    recording.tracer.processBatch(messagesFrom(129, 129), run).end(done);
    recording.tracer.processBatch(messagesFrom(129, 129), run).end(done);

    expect(recording.warnings).toEqual([
      expect.stringContaining('OTEL_SPAN_LINK_COUNT_LIMIT=1000'),
    ]);
  });

  it('has failed where its handler has', () => {
    recording.tracer
      .processBatch(messagesFrom(2, 2), run)
      .end({ failed: true, error: new TypeError('no ledger') });

    const { status, attributes } = recording.named('receive orders');
    expect(status.code).toBe(api.SpanStatusCode.ERROR);
    expect(attributes['error.type']).toBe('TypeError');
  });

  it('of no message is none', () => {
    const work = recording.tracer.processBatch([], run);
    work.end(done);

    expect([work.ids, work.run(() => 42), recording.spans]).toEqual([undefined, 42, []]);
  });
});

describe('the links of a batch, if the SDK accepts as many', () => {
  it('are to the first 1,000 messages', async () => {
    const recording = record({}, { spanLimits: { linkCountLimit: 2_000 } });

    recording.tracer.processBatch(messagesFrom(1_200, 1_200), run).end(done);

    const { links, attributes } = recording.named('receive orders');
    expect(links).toHaveLength(1_000);
    expect(attributes['messaging.batch.message_count']).toBe(1_200);
    expect(recording.warnings).toEqual([]);
    await recording.stop();
  });
});
