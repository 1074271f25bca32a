import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { api, core } from '@opentelemetry/sdk-node';
import {
  done,
  record,
  run,
  sqsMessage,
  toKafka,
  TRACE_ID,
  TRACEPARENT,
  type Recording,
} from '../recording.fixture.js';

describe('the span of a send', () => {
  let recording: Recording;
  beforeEach(() => {
    recording = record();
  });
  afterEach(() => recording.stop());

  it('is a producer’s, below what is current, and its id is what the message carries', () => {
    const work = recording.tracer.process({ ...sqsMessage, traceparent: TRACEPARENT }, run);
    const sending = work.run(() =>
      recording.tracer.send({
        ...toKafka,
        address: 'kafka-1',
        port: 9_092,
        facts: { partition: 3 },
      }),
    );
    sending.end(undefined, { message_id: 'order_events/3/7', trace_context: 'whole' });
    work.end(done);

    const span = recording.named('send order_events');
    expect(span.kind).toBe(api.SpanKind.PRODUCER);
    expect(span.parentSpanContext?.spanId).toBe(work.ids?.spanId);
    expect(sending.traceparent).toBe(`00-${TRACE_ID}-${span.spanContext().spanId}-01`);
    expect(sending.tracestate).toBeUndefined();
    expect(span.attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'order_events',
      'messaging.destination.partition.id': '3',
      'server.address': 'kafka-1',
      'server.port': 9_092,
      'messaging.message.id': 'order_events/3/7',
      'throughline.trace_context': 'whole',
    });
  });

  it('is below a span of the user’s own where there is one', () => {
    const work = recording.tracer.process(sqsMessage, run);
    const own = work.run(() =>
      api.trace.getTracer('shop').startActiveSpan('price', (span) => {
        recording.tracer.send(toKafka).end();
        span.end();
        return recording.tracer.current();
      }),
    );
    work.end(done);

    expect(own?.spanId).toBe(recording.named('price').spanContext().spanId);
    expect(recording.named('send order_events').parentSpanContext?.spanId).toBe(own?.spanId);
  });

  it('is never current', () => {
    const work = recording.tracer.process(sqsMessage, run);
    const current = work.run(() => {
      recording.tracer.send(toKafka);
      return recording.tracer.current();
    });

    expect(current).toEqual(work.ids);
  });

  it('has failed where the send has, and ends once', () => {
    const work = recording.tracer.process(sqsMessage, run);
    const sending = work.run(() => recording.tracer.send(toKafka));
    sending.end(new Error('no leader'));
    sending.end();

    const { status, attributes, events } = recording.named('send order_events');
    expect(status).toEqual({ code: api.SpanStatusCode.ERROR, message: 'no leader' });
    expect(attributes['error.type']).toBe('Error');
    expect(events).toHaveLength(1);
  });

  it('is none where nothing is current: no root, and nothing to write', () => {
    const sending = recording.tracer.send(toKafka);
    sending.end();

    expect([sending.traceparent, sending.tracestate]).toEqual([undefined, undefined]);
    expect(recording.spans).toEqual([]);
  });

  it('is none where tracing is suppressed, and nothing is written then', () => {
    const work = recording.tracer.process(sqsMessage, run);
    const [inTracer, inContext] = work.run(() => [
      recording.tracer.suppress(() => recording.tracer.send(toKafka)),
      api.context.with(core.suppressTracing(api.context.active()), () =>
        recording.tracer.send(toKafka),
      ),
    ]);

    expect([inTracer.traceparent, inContext.traceparent]).toEqual([undefined, undefined]);
  });
});

describe('a suppressed call', () => {
  it('is one in which instrumentations write no spans, by the key of @opentelemetry/core', async () => {
    const recording = record();
    const work = recording.tracer.process(sqsMessage, run);

    const seen = await work.run(async () => {
      const inside = await recording.tracer.suppress(async () => {
        await new Promise(setImmediate);
        return [core.isTracingSuppressed(api.context.active()), recording.tracer.current()];
      });
      return [
        ...inside,
        core.isTracingSuppressed(api.context.active()),
        recording.tracer.current(),
      ];
    });

    expect(seen).toEqual([true, undefined, false, work.ids]);
    expect(recording.tracer.suppress(() => 42)).toBe(42);
    await recording.stop();
  });
});
