import { describe, expect, it } from '@jest/globals';
import type { Message } from '@aws-sdk/client-sqs';
import { ThroughlineError } from '#base';
import { type Redelivery } from 'throughline/transport';
import { clientsOf, suppress, type Asked } from '../client/fake-client.fixture.js';
import { OwnDeadLetters } from '../queues/own-dead-letters.js';
import { Queues } from '../queues/queues.js';
import { RedrivePolicies } from '../queues/redrive-policies.js';
import { DeadLetterQueue } from './queue/dead-letter-queue.js';
import { ForeignMover } from './move/foreign-mover.js';
import { restoredDeadLetter } from './queue/sqs-dead-letter.js';
import { aMessage, anSqsWith, deadLettersOn, ordersOn } from './queue/sqs-dead-letter.fixture.js';
import { Mover } from './move/mover.js';
import { askPatiently } from './queue/ask-patiently.js';
import { Redrive } from './redrive.js';
import { redriveDeadLetters } from './redrive-dead-letters.js';
import { planFor } from './fixtures/two-queues.fixture.js';

const PATIENCE = 20;

/** A redrive on a fake SQS that answers as the test says. */
function aRedrive(messages: readonly Message[], answer?: (asked: Asked) => unknown) {
  const { client, asked } = anSqsWith(messages, answer);
  const plan = planFor('orders');
  const ask = askPatiently({ suppress, signal: plan.signal, patience: PATIENCE });
  const queue = new DeadLetterQueue({ address: deadLettersOn(client), visibility: 30_000, ask });
  const mover = new Mover({ from: deadLettersOn(client), to: ordersOn(client), ask });
  const redrive = new Redrive({
    plan,
    from: deadLettersOn(client),
    isMine: () => true,
    queue,
    mover,
    viewOf: (deadLetter) => deadLetter,
  });
  return {
    redrive,
    asked,
    count: (name: string) => asked.filter((one) => one.name === name).length,
  };
}

const unavailable = (): never => {
  throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
};

describe('Redrive', () => {
  it('reports what was moved when SQS becomes unavailable, and sends no more requests', async () => {
    let sends = 0;
    const deadLetters = Array.from({ length: 20 }, (_, n) => aMessage(String(n)));
    const { redrive, asked } = aRedrive(deadLetters, ({ name }) => {
      if (name !== 'SendMessageBatch') return undefined;
      sends += 1;
      return sends === 1 ? undefined : unavailable();
    });

    const error: unknown = await redrive.run().catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
    expect(String(error)).toContain('The redrive has read 10 dead letters, of which 10 were moved');
    expect(asked.at(-1)?.name).toBe('SendMessageBatch');
  });

  it('deletes a dead letter only after it was sent', async () => {
    const { redrive, asked } = aRedrive([aMessage('a')]);

    await redrive.run();

    expect(asked.map(({ name }) => name).filter((name) => /^(Send|Delete)/.test(name))).toEqual([
      'SendMessageBatch',
      'DeleteMessageBatch',
    ]);
  });

  it('deletes none that SQS refused, moves the others, and reports both', async () => {
    const { redrive, asked } = aRedrive([aMessage('a'), aMessage('b')], ({ name }) =>
      name === 'SendMessageBatch'
        ? {
            Successful: [{ Id: '1' }],
            Failed: [{ Id: '0', Code: 'InvalidMessageContents', Message: 'no', SenderFault: true }],
          }
        : undefined,
    );

    const error: unknown = await redrive.run().catch((thrown: unknown) => thrown);

    const deletes = asked.filter(({ name }) => name === 'DeleteMessageBatch');
    expect(deletes.map(({ input }) => input.Entries)).toEqual([
      [{ Id: '0', ReceiptHandle: 'receipt-b' }],
    ]);
    expect(error).toMatchObject({ code: 'TL_SQS_REDRIVE_INCOMPLETE' });
    expect(String(error)).toContain(
      'a, was refused for this reason: InvalidMessageContents: no. The redrive has read 2 dead letters, of which 1',
    );
  });

  it('does not send a dead letter again that SQS did not delete, and deletes it by its new receipt', async () => {
    let receives = 0;
    const { redrive, asked, count } = aRedrive([], ({ name, input }) => {
      if (name === 'DeleteMessageBatch') {
        const isOld = JSON.stringify(input).includes('"old"');
        return isOld ? { Failed: [{ Id: '0', Code: 'ReceiptHandleIsInvalid' }] } : undefined;
      }
      if (name !== 'ReceiveMessage') return undefined;
      receives += 1;
      if (receives > 2) return unavailable(); // ends it: otherwise it would wait for hidden messages
      const ReceiptHandle = receives === 1 ? 'old' : 'new';
      return { $metadata: {}, Messages: [aMessage('a', { ReceiptHandle })] };
    });

    await expect(redrive.run()).rejects.toThrow('read 1 dead letters, of which 1 were');

    expect(count('SendMessageBatch')).toBe(1);
    expect(
      asked.filter(({ name }) => name === 'DeleteMessageBatch').map(({ input }) => input.Entries),
    ).toEqual([[{ Id: '0', ReceiptHandle: 'old' }], [{ Id: '0', ReceiptHandle: 'new' }]]);
  });

  it('makes received dead letters visible again if the plan’s filter throws', async () => {
    const { client, asked } = anSqsWith([aMessage('a')]);
    const plan = planFor('orders', {
      wants: () => {
        throw new Error('a bug in the filter');
      },
    });
    const ask = askPatiently({ suppress, signal: plan.signal, patience: PATIENCE });
    const queue = new DeadLetterQueue({ address: deadLettersOn(client), visibility: 30_000, ask });
    const mover = new Mover({ from: deadLettersOn(client), to: ordersOn(client), ask });

    const run = new Redrive({
      plan,
      from: deadLettersOn(client),
      isMine: () => true,
      queue,
      mover,
      viewOf: (deadLetter) => deadLetter,
    }).run();

    await expect(run).rejects.toThrow('a bug in the filter');
    expect(asked.at(-1)).toMatchObject({
      name: 'ChangeMessageVisibilityBatch',
      input: { Entries: [{ ReceiptHandle: 'receipt-a', VisibilityTimeout: 0 }] },
    });
  });

  describe('of messages from another broker', () => {
    /** A redrive that passes dead letters on; the other broker gives `answer` for each. */
    function aForeignRedrive(messages: readonly Message[], answer: PromiseSettledResult<unknown>) {
      const { client, asked } = anSqsWith(messages);
      const plan = planFor('orders');
      const ask = askPatiently({ suppress, signal: plan.signal, patience: PATIENCE });
      const queue = new DeadLetterQueue({
        address: deadLettersOn(client),
        visibility: 30_000,
        ask,
      });
      const deliver: Redelivery['deliver'] = (deadLetters) =>
        Promise.resolve(deadLetters.map(() => answer));
      const mover = new ForeignMover({ deliver, signal: plan.signal, patience: 0 });
      const redrive = new Redrive({
        plan,
        from: deadLettersOn(client),
        isMine: () => true,
        queue,
        mover,
        viewOf: restoredDeadLetter,
      });
      const inputs = (name: string): readonly unknown[] =>
        asked.filter((one) => one.name === name).map(({ input }) => input.Entries);
      return { redrive, inputs };
    }

    it('leaves dead letters in place that a later version has packed, and moves the others', async () => {
      const marker = { DataType: 'String', StringValue: '{"v":2}' };
      const later = aMessage('a', { MessageAttributes: { 'throughline-packed': marker } });
      const taken = { status: 'fulfilled', value: undefined } as const;
      const { redrive, inputs } = aForeignRedrive([later, aMessage('b')], taken);

      await expect(redrive.run()).rejects.toMatchObject({ code: 'TL_SQS_REDRIVE_INCOMPLETE' });

      expect(inputs('DeleteMessageBatch')).toEqual([[{ Id: '0', ReceiptHandle: 'receipt-b' }]]);
    });

    it('makes its dead letters visible again if the other broker is unavailable, because SQS is not', async () => {
      const reason = new ThroughlineError('TL_KAFKA_UNAVAILABLE', 'It does not respond.');
      const { redrive, inputs } = aForeignRedrive([aMessage('a')], { status: 'rejected', reason });

      await expect(redrive.run()).rejects.toMatchObject({ code: 'TL_KAFKA_UNAVAILABLE' });

      expect(inputs('ChangeMessageVisibilityBatch')).toEqual([
        [{ Id: '0', ReceiptHandle: 'receipt-a', VisibilityTimeout: 0 }],
      ]);
      expect(inputs('DeleteMessageBatch')).toEqual([]);
    });
  });
});

describe('a redrive from a dead-letter queue that several queues share', () => {
  it('leaves what is known to come from another queue', async () => {
    const arn = 'arn:aws:sqs:us-east-1:123456789012';
    const policy = { deadLetterTargetArn: `${arn}:shared-dlq`, maxReceiveCount: 25 };
    const cause = (source: string): Message => ({
      MessageAttributes: {
        'dead-letter': {
          DataType: 'String',
          StringValue: JSON.stringify({ source, handler: 'h', reason: 'r', time: 't' }),
        },
      },
    });
    const messages = [
      aMessage('stored', cause('orders')),
      aMessage('stored-by-another', cause('bills')),
      aMessage('moved', movedFrom(`${arn}:orders`)),
      aMessage('moved-from-another', movedFrom(`${arn}:bills`)),
      aMessage('unknown'),
    ];
    const { client, asked } = anSqsWith(messages, ({ name, input }) => {
      if (name === 'GetQueueUrl') return { QueueUrl: `url-of-${String(input.QueueName)}` };
      const isPolicy = String(input.AttributeNames).includes('RedrivePolicy');
      return isPolicy ? { Attributes: { RedrivePolicy: JSON.stringify(policy) } } : undefined;
    });
    const queues = new Queues({
      clients: clientsOf(client),
      configured: {},
      createMissing: false,
      suppress,
    });
    const plan = planFor('orders');

    const progress = await redriveDeadLetters(
      {
        queues,
        ownDeadLetters: new OwnDeadLetters(queues, new RedrivePolicies(suppress)),
        suppress,
      },
      { ...plan, handler: { ...plan.handler, options: { deadLetter: true } } },
    );

    const sent = asked.filter(({ name }) => name === 'SendMessageBatch');
    const bodies = sent.flatMap(({ input }) =>
      (input.Entries as readonly { readonly MessageBody: string }[]).map((one) => one.MessageBody),
    );
    expect(bodies).toEqual(['body-stored', 'body-moved', 'body-unknown']);
    expect(progress).toEqual({ seen: 5, moved: 3, left: 2 });
    const [receive] = asked.filter(({ name }) => name === 'ReceiveMessage');
    expect(receive?.input).toMatchObject({ QueueUrl: 'url-of-shared-dlq' });
  });
});

const movedFrom = (arn: string): Message => ({
  Attributes: { SentTimestamp: '1000', DeadLetterQueueSourceArn: arn },
});
