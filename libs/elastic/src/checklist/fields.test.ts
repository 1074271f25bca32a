import { afterEach, describe, expect, it } from '@jest/globals';
import type { Outgoing } from 'throughline/tracing';
import { done, run, sqsFacts, sqsMessage, toKafka } from '../recording/recording.fixture.js';
import { onlySpan, onlyTransaction, recordings, sendInside } from './recordings.fixture.js';

const toSqs: Outgoing = {
  system: 'sqs',
  systemFacts: sqsFacts,
  destination: 'my-order-queue',
  address: 'sqs.eu-central-1.amazonaws.com',
  port: 443,
  region: 'eu-central-1',
};

describe('the fields of transactions and spans', () => {
  const recording = recordings(afterEach);

  it('row 14: a send to SQS says which region it goes to, and a message which one it came from', async () => {
    const recorded = await recording();

    sendInside(recorded, toSqs);
    recorded.tracer.process({ ...sqsMessage, region: 'eu-central-1' }, run).end(done);

    const { transactions } = await recorded.sent();
    expect((await onlySpan(recorded)).context?.destination).toMatchObject({
      address: 'sqs.eu-central-1.amazonaws.com',
      port: 443,
      cloud: { region: 'eu-central-1' },
    });
    expect(transactions[1]?.context?.cloud).toEqual({
      origin: { provider: 'aws', region: 'eu-central-1', service: { name: 'sqs' } },
    });
  });

  it('row 17: a transaction names its queue', async () => {
    const recorded = await recording();

    recorded.tracer.process(sqsMessage, run).end(done);

    expect((await onlyTransaction(recorded)).context?.message).toEqual({
      queue: { name: 'my-order-queue' },
    });
  });

  it('row 18: it shows the message’s age; 0 if the sender’s clock is ahead, nothing without a timestamp', async () => {
    const recorded = await recording();

    for (const sentAt of [Date.now() - 5_000, Date.now() + 60_000, Number.NaN, undefined]) {
      recorded.tracer.process({ ...sqsMessage, sentAt }, run).end(done);
    }

    const { transactions } = await recorded.sent();
    const [old, ahead, unreadable, withoutTime] = transactions.map(
      ({ context }) => context?.message?.age,
    );
    expect(old?.ms).toBeGreaterThanOrEqual(5_000);
    expect(Number.isInteger(old?.ms)).toBe(true);
    expect(ahead).toEqual({ ms: 0 });
    expect([unreadable, withoutTime]).toEqual([undefined, undefined]);
  });

  it('row 22: a transaction’s framework is the messaging system', async () => {
    const recorded = await recording();

    for (const [system, systemFacts] of [
      ['sqs', sqsFacts],
      ['kafka', undefined],
      ['rabbitmq', { label: 'RabbitMQ' }],
    ] as const) {
      recorded.tracer.process({ ...sqsMessage, system, systemFacts }, run).end(done);
    }

    const { transactions } = await recorded.sent();
    expect(transactions.map(({ context }) => context?.service)).toEqual([
      { framework: { name: 'SQS' } },
      { framework: { name: 'Kafka' } },
      { framework: { name: 'RabbitMQ' } },
    ]);
  });

  it('row 23: a span has a resource, also where nothing is known of the broker', async () => {
    const recorded = await recording();

    sendInside(recorded, toSqs);
    sendInside(recorded, toKafka);

    const { spans } = await recorded.sent();
    expect(spans.map(({ context }) => context?.destination?.service?.resource)).toEqual([
      'sqs/my-order-queue',
      'kafka/order_events',
    ]);
  });

  it('row 24: a span has a service target, of its system and the queue or topic', async () => {
    const recorded = await recording();

    sendInside(recorded, toSqs);
    sendInside(recorded, toKafka);

    const { spans, transactions } = await recorded.sent();
    expect(spans.map(({ context }) => context?.service)).toEqual([
      { target: { type: 'sqs', name: 'my-order-queue' } },
      { target: { type: 'kafka', name: 'order_events' } },
    ]);
    expect(transactions[0]?.context?.service).not.toHaveProperty('target');
  });

  it('row 45: what is longer than 1,024 characters is cut', async () => {
    const recorded = await recording();
    const long = 'q'.repeat(3_000);

    recorded.tracer.process({ ...sqsMessage, id: long, destination: long }, run).end(done);
    sendInside(recorded, { ...toKafka, destination: long });

    const [transaction] = (await recorded.sent()).transactions;
    const span = await onlySpan(recorded);
    expect([
      transaction?.name.length,
      transaction?.context?.message?.queue?.name.length,
      String(transaction?.context?.tags?.message_id).length,
      span.name.length,
      span.context?.destination?.service?.resource.length,
    ]).toEqual([1_024, 1_024, 1_024, 1_024, 1_024]);
  });
});
