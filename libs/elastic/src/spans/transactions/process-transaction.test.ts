import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TraceIds } from 'throughline/tracing';
import {
  done,
  PARENT_ID,
  record,
  run,
  sqsMessage,
  toKafka,
  TRACE_ID,
  TRACEPARENT,
  type Recording,
} from '../../recording/recording.fixture.js';
import type { SentTransaction } from '../../intake/server.fixture.js';

const idsOf = (digit: string): TraceIds => ({
  traceId: digit.repeat(32),
  spanId: digit.repeat(16),
});
const linkTo = (digit: string): { readonly trace_id: string; readonly span_id: string } => ({
  trace_id: digit.repeat(32),
  span_id: digit.repeat(16),
});

/** Beyond what Elastic's specification asks for, which is in ./checklist. */
describe('the transaction of a message', () => {
  let recording: Recording;
  beforeEach(async () => {
    recording = await record();
  });
  afterEach(() => recording.stop());

  const only = async (): Promise<SentTransaction> => {
    const { transactions } = await recording.sent();
    expect(transactions).toHaveLength(1);
    const [transaction] = transactions;
    if (transaction === undefined) throw new Error('Nothing was sent.');
    return transaction;
  };

  it('is labelled with its handler, attempt, message, facts, and what became of it', async () => {
    const message = { ...sqsMessage, facts: { receive_count: 2, group: 'a' } };
    const work = recording.tracer.process(message, { handler: 'Audit.record', attempt: 3 });

    work.end({ failed: false, labels: { outcome: 'ack' } });

    expect((await only()).context?.tags).toEqual({
      handler: 'Audit.record',
      attempt: 3,
      message_id: 'm-1',
      receive_count: 2,
      group: 'a',
      outcome: 'ack',
    });
  });

  it('is linked to the runs before it, below the context in the message', async () => {
    const earlier = [idsOf('2'), idsOf('3'), idsOf('2')];

    recording.tracer
      .process({ ...sqsMessage, traceparent: TRACEPARENT }, { ...run, attempt: 2, earlier })
      .end(done);

    expect(await only()).toMatchObject({
      trace_id: TRACE_ID,
      parent_id: PARENT_ID,
      links: [linkTo('2'), linkTo('3')],
    });
  });

  it('begins a trace of its own if the run asks for it, linked to the message, the runs before it and its batch', async () => {
    const message = { ...sqsMessage, traceparent: TRACEPARENT, tracestate: 'es=s:0.25,other=1' };
    const lineage = { trace: 'link', earlier: [idsOf('2')], batch: idsOf('4') } as const;

    const work = recording.tracer.process(message, { ...run, ...lineage });
    const sending = work.run(() => recording.tracer.send(toKafka));
    sending.end();
    work.end(done);

    const transaction = await only();
    expect(transaction.trace_id).not.toBe(TRACE_ID);
    expect(transaction).not.toHaveProperty('parent_id');
    expect(transaction.sample_rate).toBe(1);
    expect(transaction.links).toEqual([
      { trace_id: TRACE_ID, span_id: PARENT_ID },
      linkTo('2'),
      linkTo('4'),
    ]);
    expect(sending.tracestate).toBe('es=s:1');
  });

  it('begins one also where there is nothing to link to', async () => {
    recording.tracer.process(sqsMessage, { ...run, trace: 'link' }).end(done);

    expect(await only()).not.toHaveProperty('links');
  });

  it('ends once, and a run after that has nothing current', async () => {
    const work = recording.tracer.process(sqsMessage, run);
    work.end(done);
    work.end({ failed: true, error: new Error('again') });

    const current = work.run(() => recording.tracer.current());

    expect(current).toBeUndefined();
    expect((await only()).outcome).toBe('success');
    expect((await recording.sent()).errors).toEqual([]);
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
