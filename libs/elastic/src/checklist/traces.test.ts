import { afterEach, describe, expect, it } from '@jest/globals';
import { parseTraceparent } from 'throughline/tracing';
import {
  done,
  PARENT_ID,
  run,
  sqsMessage,
  toKafka,
  TRACE_ID,
  TRACEPARENT,
} from '../recording/recording.fixture.js';
import { onlySpan, onlyTransaction, recordings, sendInside } from './recordings.fixture.js';

describe('how messages stand in a trace', () => {
  const recording = recordings(afterEach);

  it('row 1: a send has a span inside a transaction only; where nothing is current, nothing is written', async () => {
    const recorded = await recording();

    const sending = recorded.tracer.send(toKafka);
    sending.end();

    expect([sending.traceparent, sending.tracestate]).toEqual([undefined, undefined]);
    expect((await recorded.sent()).spans).toEqual([]);
  });

  it('row 2: the span of a send is the parent that the message carries', async () => {
    const recorded = await recording();

    const { traceparent = '' } = sendInside(recorded, toKafka);

    const span = await onlySpan(recorded);
    expect(parseTraceparent(traceparent)).toEqual({
      traceId: span.trace_id,
      parentId: span.id,
      flags: 1,
    });
    expect(span.parent_id).toBe(span.transaction_id);
  });

  it('row 3: a transaction lasts until the end of processing, however late that comes', async () => {
    const recorded = await recording();
    const work = recorded.tracer.process(sqsMessage, run);
    await work.run(() => Promise.resolve());
    expect((await recorded.sent()).transactions).toEqual([]);

    work.end(done);

    expect((await onlyTransaction(recorded)).id).toBe(work.ids?.spanId);
  });

  // A POLL span is for applications that ask for messages inside a transaction. Here a source polls, outside of any; and where a
  // client's call is made inside one nevertheless, it is suppressed, with nothing current.
  it('row 4: no poll is made inside a transaction, so there is no POLL span', async () => {
    const recorded = await recording();
    const work = recorded.tracer.process(sqsMessage, run);

    const inPoll = work.run(() =>
      recorded.tracer.suppress(() => [
        recorded.agent.currentTransaction,
        recorded.agent.startSpan('SQS POLL from my-order-queue', 'messaging', 'sqs', 'poll'),
      ]),
    );
    work.end(done);

    expect(inPoll).toEqual([null, null]);
    expect((await recorded.sent()).spans).toEqual([]);
  });

  it('row 5: a transaction starts with its message, a root where that brought no context, whatever is current', async () => {
    const recorded = await recording();
    const other = recorded.tracer.process(sqsMessage, run);

    const work = other.run(() => recorded.tracer.process(sqsMessage, run));
    work.end(done);

    const transaction = await onlyTransaction(recorded);
    expect(transaction.parent_id).toBeUndefined();
    expect(transaction.trace_id).not.toBe(other.ids?.traceId);
  });

  it('row 5: without a message there is no transaction', async () => {
    const recorded = await recording();

    recorded.tracer.processBatch([], run).end(done);

    expect((await recorded.sent()).transactions).toEqual([]);
  });

  it('row 7: the context in a single message is the parent', async () => {
    const recorded = await recording();

    recorded.tracer.process({ ...sqsMessage, traceparent: TRACEPARENT }, run).end(done);

    const { trace_id, parent_id, links } = await onlyTransaction(recorded);
    expect([trace_id, parent_id, links]).toEqual([TRACE_ID, PARENT_ID, undefined]);
  });

  it('row 27: the span of a send is never current, so nothing becomes its child', async () => {
    const recorded = await recording();
    const work = recorded.tracer.process(sqsMessage, run);

    work.run(() => {
      const sending = recorded.tracer.send(toKafka);
      const meanwhile = recorded.agent.startSpan('query', 'db');
      meanwhile?.end();
      sending.end();
    });
    work.end(done);

    const { spans } = await recorded.sent();
    expect(spans.map(({ name, parent_id }) => [name, parent_id === work.ids?.spanId])).toEqual([
      ['query', true],
      ['Kafka SEND to order_events', true],
    ]);
  });

  it('row 27: a send inside an exit span of the user’s own makes no child of it, and names the transaction', async () => {
    const recorded = await recording();
    const work = recorded.tracer.process(sqsMessage, run);

    const sending = work.run(() => {
      const query = recorded.agent.startSpan('query', 'db', 'redis', { exitSpan: true });
      const inside = recorded.tracer.send(toKafka);
      inside.end();
      query?.end();
      return inside;
    });
    work.end(done);

    expect((await onlySpan(recorded)).name).toBe('query');
    expect(parseTraceparent(sending.traceparent ?? '')?.parentId).toBe(work.ids?.spanId);
  });
});
