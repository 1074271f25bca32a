import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outgoing, Sending } from 'throughline/tracing';
import {
  decodeBinaryTraceparent,
  encodeBinaryTraceparent,
  parseTraceparent,
} from 'throughline/tracing';
import {
  done,
  record,
  run,
  sqsMessage,
  toKafka,
  TRACEPARENT,
  type Recording,
} from './recording.fixture.js';
import type { SentSpan } from './intake.fixture.js';

const toSqs: Outgoing = {
  system: 'sqs',
  destination: 'my-order-queue',
  address: 'sqs.eu-central-1.amazonaws.com',
  port: 443,
  region: 'eu-central-1',
};

/** The numbers are the rows of Elastic's specification, as the project's table of facts counts them. */
describe('the exit span of a send', () => {
  let recording: Recording;
  beforeEach(async () => {
    recording = await record();
  });
  afterEach(() => recording.stop());

  const sendInside = (to: Outgoing, error?: unknown): Sending => {
    const work = recording.tracer.process(sqsMessage, run);
    const sending = work.run(() => recording.tracer.send(to));
    sending.end(error);
    work.end(done);
    return sending;
  };
  const only = async (): Promise<SentSpan> => {
    const { spans } = await recording.sent();
    expect(spans).toHaveLength(1);
    const [span] = spans;
    if (span === undefined) throw new Error('Nothing was sent.');
    return span;
  };

  it('row 1: exists inside a transaction only; where nothing is current, nothing is written', async () => {
    const sending = recording.tracer.send(toKafka);
    sending.end();

    expect([sending.traceparent, sending.tracestate]).toEqual([undefined, undefined]);
    expect((await recording.sent()).spans).toEqual([]);
  });

  it('row 2: is the parent that the message carries', async () => {
    const { traceparent = '' } = sendInside(toKafka);

    const span = await only();
    expect(parseTraceparent(traceparent)).toEqual({
      traceId: span.trace_id,
      parentId: span.id,
      flags: 1,
    });
    expect(span.parent_id).toBe(span.transaction_id);
  });

  it('rows 10 and 11: is of type messaging, its subtype the system, its action send, named by both', async () => {
    sendInside(toKafka);
    sendInside(toSqs);

    const { spans } = await recording.sent();
    expect(spans.map(({ name, type, subtype, action }) => [name, type, subtype, action])).toEqual([
      ['Kafka SEND to order_events', 'messaging', 'kafka', 'send'],
      ['SQS SEND to my-order-queue', 'messaging', 'sqs', 'send'],
    ]);
  });

  it('rows 14, 23 and 24: says which broker, region, resource and service target it goes to', async () => {
    sendInside(toSqs);

    const { context } = await only();
    expect(context?.destination).toEqual({
      address: 'sqs.eu-central-1.amazonaws.com',
      port: 443,
      cloud: { region: 'eu-central-1' },
      service: { type: '', name: '', resource: 'sqs/my-order-queue' },
    });
    expect(context?.service).toEqual({ target: { type: 'sqs', name: 'my-order-queue' } });
  });

  it('row 23: has a resource also where nothing is known of the broker', async () => {
    sendInside(toKafka);

    const { context } = await only();
    expect(context?.destination).toEqual({
      service: { type: '', name: '', resource: 'kafka/order_events' },
    });
  });

  it('row 27: is never current, so nothing becomes its child', async () => {
    const work = recording.tracer.process(sqsMessage, run);

    work.run(() => {
      const sending = recording.tracer.send(toKafka);
      const meanwhile = recording.agent.startSpan('query', 'db');
      meanwhile?.end();
      sending.end();
    });
    work.end(done);

    const { spans } = await recording.sent();
    expect(spans.map(({ name, parent_id }) => [name, parent_id === work.ids?.spanId])).toEqual([
      ['query', true],
      ['Kafka SEND to order_events', true],
    ]);
  });

  it('rows 15 and 29 to 31: gives a valid traceparent, which has a binary form as well', () => {
    const { traceparent = '' } = sendInside(toKafka);

    const binary = encodeBinaryTraceparent(traceparent) ?? new Uint8Array();

    expect(decodeBinaryTraceparent(binary)).toBe(traceparent);
  });

  it('row 32: gives a tracestate where the trace has one, and never a blank one', () => {
    const below = (message: Partial<typeof sqsMessage>): Sending => {
      const work = recording.tracer.process({ ...sqsMessage, ...message }, run);
      return work.run(() => recording.tracer.send(toKafka));
    };

    const root = below({});
    const stated = below({ traceparent: TRACEPARENT, tracestate: 'es=s:0.5,other=1' });
    const stateless = below({ traceparent: TRACEPARENT });

    expect(root.tracestate).toBe('es=s:1');
    expect(stated.tracestate).toBe('es=s:0.5,other=1');
    expect('tracestate' in stateless).toBe(false);
  });

  it('row 44: has an outcome, and the error of a send that failed', async () => {
    sendInside(toKafka);
    sendInside(toKafka, new Error('leader not available'));

    const { spans, errors } = await recording.sent();
    expect(spans.map(({ outcome }) => outcome)).toEqual(['success', 'failure']);
    expect(errors).toMatchObject([
      { parent_id: spans[1]?.id, exception: { message: 'leader not available' } },
    ]);
  });

  it('row 45: cuts what is longer than 1,024 characters', async () => {
    sendInside({ ...toKafka, destination: 't'.repeat(3_000) });

    const { name, context } = await only();
    expect([name.length, context?.destination?.service?.resource.length]).toEqual([1_024, 1_024]);
  });

  it('is labelled with the facts of the send', async () => {
    sendInside({ ...toKafka, facts: { partition: 3 } });

    expect((await only()).context?.tags).toEqual({ partition: 3 });
  });

  it('ends once', async () => {
    const sending = sendInside(toKafka);

    sending.end(new Error('too late'));

    expect((await only()).outcome).toBe('success');
    expect((await recording.sent()).errors).toEqual([]);
  });

  it('hangs from the transaction also where it is made after that ended', async () => {
    const work = recording.tracer.process(sqsMessage, run);
    const later = work.run(() => Promise.resolve().then(() => recording.tracer.send(toKafka)));
    work.end(done);

    const sending = await later;
    sending.end();

    const span = await only();
    expect(span.parent_id).toBe(work.ids?.spanId);
    expect(sending.traceparent).toContain(span.id);
  });
});
