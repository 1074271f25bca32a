import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  done,
  PARENT_ID,
  record,
  run,
  sqsMessage,
  TRACE_ID,
  TRACEPARENT,
  type Recording,
} from './recording.fixture.js';
import type { SentTransaction } from './intake.fixture.js';

/** The numbers are the rows of Elastic's specification, as the project's table of facts counts them. */
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

  it('row 3: lasts from process to end, however late the end comes', async () => {
    const work = recording.tracer.process(sqsMessage, run);
    await work.run(() => Promise.resolve());
    expect((await recording.sent()).transactions).toEqual([]);

    work.end(done);

    expect((await only()).id).toBe(work.ids?.spanId);
  });

  it('row 5: starts with the message, a root where the message brought no context, whatever is current', async () => {
    const other = recording.tracer.process(sqsMessage, run);

    const work = other.run(() => recording.tracer.process(sqsMessage, run));
    work.end(done);

    const transaction = await only();
    expect(transaction.parent_id).toBeUndefined();
    expect(transaction.trace_id).not.toBe(other.ids?.traceId);
  });

  it('row 7: has the context in the message as its parent, with the sample rate that its tracestate tells', async () => {
    const message = { ...sqsMessage, traceparent: TRACEPARENT, tracestate: 'es=s:0.25,other=1' };

    recording.tracer.process(message, run).end(done);

    expect(await only()).toMatchObject({
      trace_id: TRACE_ID,
      parent_id: PARENT_ID,
      sample_rate: 0.25,
    });
  });

  it('rows 10, 11 and 22: is of type messaging, named and framed by its system', async () => {
    for (const system of ['sqs', 'kafka', 'rabbitmq']) {
      recording.tracer.process({ ...sqsMessage, system, destination: 'orders' }, run).end(done);
    }

    const { transactions } = await recording.sent();
    expect(transactions.map(({ name, type, context }) => [name, type, context?.service])).toEqual([
      ['SQS RECEIVE from orders', 'messaging', { framework: { name: 'SQS' } }],
      ['Kafka RECEIVE from orders', 'messaging', { framework: { name: 'Kafka' } }],
      ['Rabbitmq RECEIVE from orders', 'messaging', { framework: { name: 'Rabbitmq' } }],
    ]);
  });

  it('row 14: says which region an SQS message came from', async () => {
    recording.tracer.process({ ...sqsMessage, region: 'eu-central-1' }, run).end(done);

    expect((await only()).context?.cloud).toEqual({
      origin: { provider: 'aws', region: 'eu-central-1', service: { name: 'sqs' } },
    });
  });

  it('row 17: names the queue', async () => {
    recording.tracer.process(sqsMessage, run).end(done);

    expect((await only()).context?.message).toEqual({ queue: { name: 'my-order-queue' } });
  });

  it('row 18: tells the age of the message; 0 where the sender’s clock is ahead, nothing without a timestamp', async () => {
    const ages = [Date.now() - 5_000, Date.now() + 60_000, Number.NaN, undefined];

    for (const sentAt of ages) {
      recording.tracer
        .process({ ...sqsMessage, ...(sentAt !== undefined && { sentAt }) }, run)
        .end(done);
    }

    const { transactions } = await recording.sent();
    const [old, ahead, unreadable, untold] = transactions.map(
      ({ context }) => context?.message?.age,
    );
    expect(old?.ms).toBeGreaterThanOrEqual(5_000);
    expect(Number.isInteger(old?.ms)).toBe(true);
    expect(ahead).toEqual({ ms: 0 });
    expect([unreadable, untold]).toEqual([undefined, undefined]);
  });

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

  it('row 44: always has an outcome, and one that the user set wins', async () => {
    recording.tracer.process(sqsMessage, run).end({ failed: false });
    recording.tracer.process(sqsMessage, run).end({ failed: true });
    const own = recording.tracer.process(sqsMessage, run);
    own.run(() => {
      recording.agent.setTransactionOutcome('success');
    });
    own.end({ failed: true });

    const { transactions } = await recording.sent();
    expect(transactions.map(({ outcome, result }) => [outcome, result])).toEqual([
      ['success', 'success'],
      ['failure', 'failure'],
      ['success', 'failure'],
    ]);
  });

  it('row 45: cuts what is longer than 1,024 characters', async () => {
    const long = 'q'.repeat(3_000);

    recording.tracer.process({ ...sqsMessage, id: long, destination: long }, run).end(done);

    const { name, context } = await only();
    expect([
      name.length,
      context?.message?.queue?.name.length,
      String(context?.tags?.message_id).length,
    ]).toEqual([1_024, 1_024, 1_024]);
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
