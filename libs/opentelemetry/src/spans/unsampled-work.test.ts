import { afterEach, describe, expect, it } from '@jest/globals';
import {
  done,
  PARENT_ID,
  record,
  run,
  sqsMessage,
  TRACE_ID,
  TRACEPARENT,
  UNSAMPLED,
  type Recording,
} from '../recording.fixture.js';

describe('a message whose trace is not sampled', () => {
  let recording: Recording;
  afterEach(() => recording.stop());
  const message = { ...sqsMessage, traceparent: UNSAMPLED, tracestate: 'es=s:0' };

  it('records nothing, and passes the decision on under an id of its own', () => {
    recording = record();
    const work = recording.tracer.process(message, run);

    const { traceparent, tracestate } = work.run(() => recording.tracer.send(sqsMessage));
    work.end({ failed: true, error: new Error('out of stock'), labels: { outcome: 'retry' } });

    expect(traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-(?!${PARENT_ID})[0-9a-f]{16}-00$`));
    expect(tracestate).toBe('es=s:0');
    expect(work.ids?.traceId).toBe(TRACE_ID);
    expect(recording.spans).toEqual([]);
  });

  it('is passed on unchanged with `non-recording`, and logs have its trace id', () => {
    recording = record({ unsampled: 'non-recording' });
    const work = recording.tracer.process(message, run);

    const [sending, current] = work.run(() => {
      const sending = recording.tracer.send(sqsMessage);
      sending.end();
      return [sending, recording.tracer.current()];
    });
    work.end({ failed: true, error: new Error('out of stock'), labels: { outcome: 'retry' } });

    expect(sending).toMatchObject({ traceparent: UNSAMPLED, tracestate: 'es=s:0' });
    expect(work.ids).toEqual({ traceId: TRACE_ID, spanId: PARENT_ID });
    expect(current).toEqual(work.ids);
    expect(recording.tracer.current()).toBeUndefined();
    expect(recording.spans).toEqual([]);
  });

  it('does not affect sampled ones with `non-recording`', () => {
    recording = record({ unsampled: 'non-recording' });
    const work = recording.tracer.process({ ...message, traceparent: TRACEPARENT }, run);
    work.run(() => recording.tracer.send(sqsMessage).end());
    work.end(done);

    expect(recording.spans.map(({ name }) => name)).toEqual([
      'send my-order-queue',
      'process my-order-queue',
    ]);
  });
});
