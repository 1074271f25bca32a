import { afterEach, describe, expect, it } from '@jest/globals';
import {
  BINARY_TRACEPARENT,
  encodeBinaryTraceparent,
  parseTraceparent,
  parseTracestate,
  readContext,
  type Sending,
} from 'throughline/tracing';
import {
  done,
  PARENT_ID,
  run,
  sqsMessage,
  toKafka,
  TRACE_ID,
  TRACEPARENT,
  type Recording,
} from '../recording/recording.fixture.js';
import { onlySpan, onlyTransaction, recordings, sendInside } from './recordings.fixture.js';

const OTHER = '00-11111111111111111111111111111111-2222222222222222-01';
const binaryOf = (traceparent: string): Uint8Array =>
  encodeBinaryTraceparent(traceparent) ?? new Uint8Array();

/*
 * What is said here of carriers is the tracer's part: what it gives to be written, and what becomes of what was read. That SQS
 * and Kafka carry it so is tested where they are: libs/sqs, libs/kafka, and the real brokers of test/.
 */
describe('what carries a trace', () => {
  const recording = recordings(afterEach);

  const sentBelow = (recorded: Recording, message: Partial<typeof sqsMessage>): Sending => {
    const work = recorded.tracer.process({ ...sqsMessage, ...message }, run);
    const sending = work.run(() => recorded.tracer.send(toKafka));
    sending.end();
    work.end(done);
    return sending;
  };

  it('row 15: the attributes of SQS are traceparent and tracestate, valid texts both', async () => {
    const { traceparent = '', tracestate = '' } = sendInside(await recording(), toKafka);

    expect(parseTraceparent(traceparent)).toBeDefined();
    expect(parseTracestate(tracestate)).toBe(tracestate);
  });

  it('row 16: if they do not fit into SQS’ attributes, the span says so', async () => {
    const recorded = await recording();
    const work = recorded.tracer.process(sqsMessage, run);

    const sending = work.run(() => recorded.tracer.send(toKafka));
    sending.end(undefined, { message_id: 'm-2', trace_context: 'none' });
    work.end(done);

    expect((await onlySpan(recorded)).context?.tags).toEqual({
      message_id: 'm-2',
      trace_context: 'none',
    });
  });

  it('row 29: headers of Kafka, which are bytes, are read', async () => {
    const recorded = await recording();
    const context = readContext((name) =>
      name === 'traceparent' ? new TextEncoder().encode(TRACEPARENT) : undefined,
    );

    recorded.tracer.process({ ...sqsMessage, ...context }, run).end(done);

    expect(await onlyTransaction(recorded)).toMatchObject({
      trace_id: TRACE_ID,
      parent_id: PARENT_ID,
    });
  });

  it('row 30: what is written as text has a binary form with the same ids and flags', async () => {
    const { traceparent = '' } = sendInside(await recording(), toKafka);

    const binary = Buffer.from(binaryOf(traceparent)).toString('hex');

    const [, traceId, parentId, flags] = traceparent.split('-');
    expect(binary).toBe(['0000', traceId, '01', parentId, '02', flags].join(''));
  });

  it.each<[string, Readonly<Record<string, string | Uint8Array>>, string]>([
    [
      'the text first',
      { traceparent: TRACEPARENT, [BINARY_TRACEPARENT]: binaryOf(OTHER) },
      TRACE_ID,
    ],
    ['else the bytes', { [BINARY_TRACEPARENT]: binaryOf(TRACEPARENT) }, TRACE_ID],
    [
      'the bytes where the text is not valid',
      { traceparent: '00-xyz', [BINARY_TRACEPARENT]: binaryOf(TRACEPARENT) },
      TRACE_ID,
    ],
  ])('row 31: of a message that has both forms, %s', async (_, headers, traceId) => {
    const recorded = await recording();

    recorded.tracer
      .process({ ...sqsMessage, ...readContext((name) => headers[name]) }, run)
      .end(done);

    expect(await onlyTransaction(recorded)).toMatchObject({
      trace_id: traceId,
      parent_id: PARENT_ID,
    });
  });

  it('row 31: the bytes bring no tracestate', async () => {
    const recorded = await recording();
    const headers = { [BINARY_TRACEPARENT]: binaryOf(TRACEPARENT), tracestate: 'es=s:0.5' };
    const context = readContext((name) =>
      name === BINARY_TRACEPARENT || name === 'tracestate' ? headers[name] : undefined,
    );

    expect(sentBelow(recorded, context).tracestate).toBeUndefined();
  });

  it('row 32: a tracestate is written where the trace has one, and never a blank one', async () => {
    const recorded = await recording();

    const root = sentBelow(recorded, {});
    const stated = sentBelow(recorded, {
      traceparent: TRACEPARENT,
      tracestate: 'es=s:0.5,other=1',
    });
    const stateless = sentBelow(recorded, { traceparent: TRACEPARENT });

    expect([root.tracestate, stated.tracestate, stateless.tracestate]).toEqual([
      'es=s:1',
      'es=s:0.5,other=1',
      undefined,
    ]);
  });

  it('row 33: of a tracestate that came in, nothing is changed', async () => {
    const recorded = await recording();
    const tracestate = `es=s:0.5;x:1,a_-*/b=${'v'.repeat(255)},other=!#"`;

    expect(sentBelow(recorded, { traceparent: TRACEPARENT, tracestate }).tracestate).toBe(
      tracestate,
    );
  });

  // W3C allows 256; the agent keeps a length in one byte and would garble the whole list (4.18).
  it('row 33: but a member of 256 characters is left out', async () => {
    const recorded = await recording();
    const tracestate = `es=s:0.5,long=${'x'.repeat(256)},other=1`;

    expect(sentBelow(recorded, { traceparent: TRACEPARENT, tracestate }).tracestate).toBe(
      'es=s:0.5,other=1',
    );
  });

  it('row 38: a link has the ids of trace and span, and nothing more', async () => {
    const recorded = await recording();

    recorded.tracer.processBatch([{ ...sqsMessage, traceparent: TRACEPARENT }], run).end(done);

    expect((await onlyTransaction(recorded)).links).toEqual([
      { trace_id: TRACE_ID, span_id: PARENT_ID },
    ]);
  });
});
