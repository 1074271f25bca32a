import { afterEach, describe, expect, it } from '@jest/globals';
import { parseTraceparent, type SystemFacts } from 'throughline/tracing';
import {
  done,
  run,
  sqsFacts,
  sqsMessage,
  toKafka,
  type Recording,
} from '../recording/recording.fixture.js';
import { recordings, sendInside } from './recordings.fixture.js';

const toSqs = { system: 'sqs', systemFacts: sqsFacts, destination: 'my-order-queue' };

describe('types and names', () => {
  const recording = recordings(afterEach);

  const handleOneOf = (
    recorded: Recording,
    ...systems: readonly (readonly [system: string, systemFacts?: SystemFacts])[]
  ): void => {
    for (const [system, systemFacts] of systems) {
      const message = { ...sqsMessage, system, systemFacts, destination: 'orders' };
      recorded.tracer.process(message, run).end(done);
    }
  };

  it('row 10: a transaction is of type messaging; a span too, of its system, with the action send', async () => {
    const recorded = await recording();

    sendInside(recorded, toKafka);
    sendInside(recorded, toSqs);

    const { transactions, spans } = await recorded.sent();
    expect(transactions.map(({ type }) => type)).toEqual(['messaging', 'messaging']);
    expect(spans.map(({ type, subtype, action }) => [type, subtype, action])).toEqual([
      ['messaging', 'kafka', 'send'],
      ['messaging', 'sqs', 'send'],
    ]);
  });

  it('row 11: names say system, action, and queue or topic', async () => {
    const recorded = await recording();

    handleOneOf(recorded, ['sqs', sqsFacts], ['kafka'], ['rabbitmq', { label: 'RabbitMQ' }]);
    sendInside(recorded, toKafka);
    sendInside(recorded, toSqs);

    const { transactions, spans } = await recorded.sent();
    expect(transactions.slice(0, 3).map(({ name }) => name)).toEqual([
      'SQS RECEIVE from orders',
      'Kafka RECEIVE from orders',
      'RabbitMQ RECEIVE from orders',
    ]);
    expect(spans.map(({ name }) => name)).toEqual([
      'Kafka SEND to order_events',
      'SQS SEND to my-order-queue',
    ]);
  });

  // A span for the request, `SQS SEND_BATCH`, would be the parent of all its messages, and these come from many traces: several
  // publishes at once share a request here. So each entry is a send.
  it('row 12: each entry of a batch send has a SEND span, and a context, of its own', async () => {
    const recorded = await recording();
    const work = recorded.tracer.process(sqsMessage, run);

    const sendings = work.run(() => Array.from({ length: 10 }, () => recorded.tracer.send(toSqs)));
    for (const sending of sendings) sending.end();
    work.end(done);

    const { spans } = await recorded.sent();
    expect(new Set(spans.map(({ name, action }) => `${name}, ${action ?? ''}`))).toEqual(
      new Set(['SQS SEND to my-order-queue, send']),
    );
    expect(spans.map(({ id }) => id).sort()).toEqual(
      sendings.map(({ traceparent = '' }) => parseTraceparent(traceparent)?.parentId).sort(),
    );
    expect(new Set(spans.map(({ id }) => id)).size).toBe(10);
  });

  // Messages are deleted after their transactions have ended, up to ten of many traces in one request. What became of a message
  // is a label of its transaction. That the agent's own instrumentation writes no DELETE either: ../scenarios/clients.test.ts.
  it('row 13: a delete belongs to no transaction, so there is no DELETE span', async () => {
    const recorded = await recording();
    const work = recorded.tracer.process(sqsMessage, run);
    await work.run(() => Promise.resolve());
    work.end(done);

    const deleting = [
      work.run(() => recorded.agent.startSpan('SQS DELETE_BATCH from my-order-queue')),
      recorded.agent.startSpan('SQS DELETE_BATCH from my-order-queue'),
    ];

    expect(deleting).toEqual([null, null]);
    expect((await recorded.sent()).spans).toEqual([]);
  });
});
