import { afterEach, describe, expect, it } from '@jest/globals';
import { api } from '@opentelemetry/sdk-node';
import { record, run, sqsMessage, type Recording } from '../recording.fixture.js';

const NAME = 'process my-order-queue';

describe('the span of a settlement', () => {
  let recording: Recording | undefined;
  afterEach(async () => {
    await recording?.stop();
    recording = undefined;
  });

  const namesAfter = (settle?: 'all' | 'failures' | 'none'): readonly string[] => {
    recording = record(settle === undefined ? {} : { settle });
    for (const outcome of ['ack', 'duplicate', 'retry', 'rejected', 'dead_letter'])
      recording.tracer
        .process(sqsMessage, run)
        .end({ failed: outcome === 'retry', labels: { outcome } });
    return recording.spans.map(({ name }) => name).filter((name) => name !== NAME);
  };
  const OF_FAILURES = ['ack', 'retry', 'dead_letter', 'dead_letter'];

  it.each([
    [undefined, OF_FAILURES],
    ['failures', OF_FAILURES],
    ['all', ['ack', ...OF_FAILURES]],
    ['none', []],
  ] as const)('is there with settle %s for %j', (settle, operations) => {
    expect(namesAfter(settle)).toEqual(operations.map((name) => `${name} my-order-queue`));
  });

  it('is below that of the message, of no length, with what was decided', () => {
    recording = record();
    const labels = { outcome: 'retry', delay_ms: 5_000 };

    recording.tracer.process(sqsMessage, run).end({ failed: true, labels });

    const span = recording.named('retry my-order-queue');
    expect(span.kind).toBe(api.SpanKind.CLIENT);
    expect(span.parentSpanContext?.spanId).toBe(recording.named(NAME).spanContext().spanId);
    expect(span.duration).toEqual([0, 0]);
    expect(span.attributes).toEqual({
      'messaging.system': 'aws_sqs',
      'messaging.operation.name': 'retry',
      'messaging.operation.type': 'settle',
      'messaging.destination.name': 'my-order-queue',
      'messaging.message.id': 'm-1',
      'throughline.outcome': 'retry',
      'throughline.delay_ms': 5_000,
    });
  });
});
