import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { api } from '@opentelemetry/sdk-node';
import type { Content, Incoming } from 'throughline/tracing';
import {
  done,
  kafkaFacts,
  PARENT_ID,
  record,
  run,
  sqsMessage,
  TRACE_ID,
  TRACEPARENT,
  type Recording,
} from '../recording.fixture.js';

const NAME = 'process my-order-queue';
const earlier = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };

describe('the span of a message', () => {
  let recording: Recording;
  beforeEach(() => {
    recording = record();
  });
  afterEach(() => recording.stop());

  it('is a consumer’s, in the words of the conventions', () => {
    const message: Incoming = {
      ...sqsMessage,
      url: 'https://sqs.eu-central-1.amazonaws.com/1/my-order-queue',
      address: 'sqs.eu-central-1.amazonaws.com',
      port: 443,
      region: 'eu-central-1',
      facts: { receive_count: 2 },
    };

    recording.tracer.process(message, { handler: 'Orders.take', attempt: 3 }).end(done);

    const { kind, attributes } = recording.named(NAME);
    expect(kind).toBe(api.SpanKind.CONSUMER);
    expect(attributes).toEqual({
      'messaging.system': 'aws_sqs',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'my-order-queue',
      'messaging.message.id': 'm-1',
      'server.address': 'sqs.eu-central-1.amazonaws.com',
      'server.port': 443,
      'cloud.region': 'eu-central-1',
      'aws.sqs.queue.url': 'https://sqs.eu-central-1.amazonaws.com/1/my-order-queue',
      'throughline.receive_count': 2,
      'throughline.handler': 'Orders.take',
      'throughline.attempt': 3,
      'throughline.outcome': 'ack',
    });
  });

  it('of a record of Kafka has its place, its group and its key, and says that it is a tombstone', () => {
    const message: Incoming = {
      system: 'kafka',
      systemFacts: kafkaFacts,
      destination: 'orders',
      id: 'orders/7/42',
      facts: { partition: 7, offset: 42, group: 'audit' },
    };
    const content: Content = { raw: null, headers: {}, key: 'ORD-1' };

    recording.tracer.process(message, { ...run, content }).end(done);

    expect(recording.named('process orders').attributes).toMatchObject({
      'messaging.system': 'kafka',
      'messaging.destination.partition.id': '7',
      'messaging.kafka.offset': 42,
      'messaging.consumer.group.name': 'audit',
      'messaging.kafka.message.key': 'ORD-1',
      'messaging.kafka.message.tombstone': true,
    });
  });

  it('has the names of ours for a system that brings none, and shows neither key nor URL', () => {
    const message: Incoming = {
      system: 'rabbitmq',
      destination: 'orders',
      id: 'm-1',
      url: 'amqp://broker/orders',
      facts: { offset: 42 },
    };
    const content: Content = { raw: null, headers: {}, key: 'ORD-1' };

    recording.tracer.process(message, { ...run, content }).end(done);

    expect(recording.named('process orders').attributes).toEqual({
      'messaging.system': 'rabbitmq',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders',
      'messaging.message.id': 'm-1',
      'throughline.offset': 42,
      'throughline.handler': run.handler,
      'throughline.attempt': 1,
      'throughline.outcome': 'ack',
    });
  });

  it('has the context in the message as its parent, whatever is current, and hands on a long tracestate whole', () => {
    const tracestate = `es=s:0.25,vendor=${'x'.repeat(200)},other=${'y'.repeat(200)},more=${'z'.repeat(200)}`;
    const other = recording.tracer.process(sqsMessage, run);

    const work = other.run(() =>
      recording.tracer.process({ ...sqsMessage, traceparent: TRACEPARENT, tracestate }, run),
    );
    const sent = work.run(() => recording.tracer.send(sqsMessage));
    work.end(done);

    const { parentSpanContext } = recording.named(NAME);
    expect(parentSpanContext).toMatchObject({
      traceId: TRACE_ID,
      spanId: PARENT_ID,
      isRemote: true,
    });
    expect(sent.tracestate).toBe(tracestate);
  });

  it('is a root where the message brought no context that is valid', () => {
    for (const traceparent of [undefined, 'nonsense', `ff-${TRACE_ID}-${PARENT_ID}-01`])
      recording.tracer.process({ ...sqsMessage, traceparent, tracestate: 'es=s:1' }, run).end(done);

    expect(recording.spans.map((span) => span.parentSpanContext)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(new Set(recording.spans.map((span) => span.spanContext().traceId)).size).toBe(3);
  });

  it('links to the runs that led to it', () => {
    recording.tracer
      .process({ ...sqsMessage, traceparent: TRACEPARENT }, { ...run, earlier: [earlier] })
      .end(done);

    const { parentSpanContext, links } = recording.named(NAME);
    expect(parentSpanContext?.spanId).toBe(PARENT_ID);
    expect(links.map(({ context }) => context)).toMatchObject([earlier]);
  });

  it('begins a trace of its own where the run wants that, linked to the old one', () => {
    recording.tracer
      .process(
        { ...sqsMessage, traceparent: TRACEPARENT },
        { ...run, earlier: [earlier], trace: 'link' },
      )
      .end(done);

    const span = recording.named(NAME);
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.spanContext().traceId).not.toBe(TRACE_ID);
    expect(span.links.map(({ context }) => context)).toMatchObject([
      { traceId: TRACE_ID, spanId: PARENT_ID },
      earlier,
    ]);
  });

  it('says how long the message has waited, never less than nothing', () => {
    const now = Date.now();
    for (const sentAt of [now - 5_000, now + 60_000, Number.NaN])
      recording.tracer.process({ ...sqsMessage, sentAt }, run).end(done);

    const [old, ahead, unreadable] = recording.spans.map(
      ({ attributes }) => attributes['throughline.message_age_ms'],
    );
    expect(old).toBeGreaterThanOrEqual(5_000);
    expect([ahead, unreadable]).toEqual([0, undefined]);
  });

  it('has failed with the error that was thrown, and its stack', () => {
    class OutOfStock extends Error {
      override readonly name = 'OutOfStock';
    }
    const error = new OutOfStock('no widgets');

    recording.tracer
      .process(sqsMessage, run)
      .end({ failed: true, error, labels: { outcome: 'retry', delay_ms: 5_000 } });

    const { status, attributes, events } = recording.named(NAME);
    expect(status).toEqual({ code: api.SpanStatusCode.ERROR, message: 'no widgets' });
    expect(attributes).toMatchObject({
      'error.type': 'OutOfStock',
      'throughline.outcome': 'retry',
      'throughline.delay_ms': 5_000,
    });
    expect(events.map((event) => event.attributes)).toMatchObject([
      { 'exception.message': 'no widgets', 'exception.stacktrace': error.stack },
    ]);
  });

  it.each([
    ['a code', Object.assign(new Error('unavailable'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['nothing', undefined, '_OTHER'],
    ['a text', 'no more', '_OTHER'],
    ['an object', { why: 'no' }, '_OTHER'],
    [
      'an error that cannot be read',
      Object.defineProperty(new Error(), 'code', {
        get: () => {
          throw new Error('unreadable');
        },
      }),
      '_OTHER',
    ],
  ])('has failed with %s', (_, error, type) => {
    recording.tracer.process(sqsMessage, run).end({ failed: true, error });

    const { status, attributes } = recording.named(NAME);
    expect(status.code).toBe(api.SpanStatusCode.ERROR);
    expect(attributes['error.type']).toBe(type);
    expect(recording.warnings).toEqual([]);
  });

  it('keeps a status that the handler has set', () => {
    const work = recording.tracer.process(sqsMessage, run);
    work.run(() => api.trace.getActiveSpan()?.setStatus({ code: api.SpanStatusCode.OK }));
    work.end({ failed: true, error: new Error('expected') });

    expect(recording.named(NAME).status).toEqual({ code: api.SpanStatusCode.OK });
  });

  it('ends once, however late, and a run after that has nothing current', () => {
    const work = recording.tracer.process(sqsMessage, run);
    expect(recording.spans).toEqual([]);
    work.end(done);
    work.end({ failed: true, error: new Error('again') });

    expect(work.run(() => recording.tracer.current())).toBeUndefined();
    expect(recording.named(NAME).status.code).toBe(api.SpanStatusCode.UNSET);
  });

  it('gives what the handler gives, and throws what it throws', () => {
    const work = recording.tracer.process(sqsMessage, run);
    const thrown = new Error('out of stock');

    expect(work.run(() => 42)).toBe(42);
    expect(() =>
      work.run(() => {
        throw thrown;
      }),
    ).toThrow(thrown);
    expect(recording.warnings).toEqual([]);
  });
});
