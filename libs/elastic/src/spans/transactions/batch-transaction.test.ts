import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Incoming } from 'throughline/tracing';
import {
  done,
  record,
  run,
  sqsMessage,
  TRACEPARENT,
  type Recording,
} from '../../recording/recording.fixture.js';

const messages: readonly Incoming[] = [
  { ...sqsMessage, id: 'm-1', traceparent: TRACEPARENT },
  { ...sqsMessage, id: 'm-2' },
];

/** Beyond what Elastic's specification asks for, which is in ./checklist. */
describe('the transaction of a batch', () => {
  let recording: Recording;
  beforeEach(async () => {
    recording = await record();
  });
  afterEach(() => recording.stop());

  it('has failed where its handler has, and not where a message has', async () => {
    const batch = recording.tracer.processBatch(messages, run);
    batch.end({ failed: false, labels: { failed: 1 } });
    const broken = recording.tracer.processBatch(messages, run);
    broken.end({ failed: true, error: new TypeError('no ledger') });

    const { transactions, errors } = await recording.sent();
    expect(transactions.map(({ outcome }) => outcome)).toEqual(['success', 'failure']);
    expect(errors.map(({ transaction_id }) => transaction_id)).toEqual([broken.ids?.spanId]);
    expect(errors[0]?.context.tags).toMatchObject({ handler: run.handler, messages: 2 });
  });

  it('stays, where a message fails, as it is; the message has the error, and its next run is numbered', async () => {
    const [first = sqsMessage, second = sqsMessage] = messages;
    const batch = recording.tracer.processBatch(messages, run);
    const lucky = recording.tracer.process(first, { ...run, batch: batch.ids });
    lucky.end(done);
    const unlucky = recording.tracer.process(second, { ...run, batch: batch.ids });
    unlucky.end({ failed: true, error: new Error('out of stock'), labels: { outcome: 'retry' } });
    batch.end(done);
    const earlier = unlucky.ids ? [unlucky.ids] : [];
    recording.tracer.process(second, { ...run, attempt: 2, earlier }).end(done);

    const { transactions, errors } = await recording.sent();
    const named = new Map(transactions.map((one) => [one.id, one]));
    expect(transactions.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['SQS PROCESS from my-order-queue', 'success'],
      ['SQS PROCESS from my-order-queue', 'failure'],
      ['SQS RECEIVE from my-order-queue', 'success'],
      ['SQS RECEIVE from my-order-queue', 'success'],
    ]);
    expect(errors).toMatchObject([
      { transaction_id: unlucky.ids?.spanId, exception: { message: 'out of stock' } },
    ]);
    expect(named.get(unlucky.ids?.spanId ?? '')?.links).toEqual([
      { trace_id: batch.ids?.traceId, span_id: batch.ids?.spanId },
    ]);
    expect(transactions[3]).toMatchObject({
      context: { tags: { attempt: 2 } },
      links: [{ trace_id: unlucky.ids?.traceId, span_id: unlucky.ids?.spanId }],
    });
  });
});
