import { describe, expect, it } from '@jest/globals';
import { type StoredDeadLetter } from 'throughline/transport';
import { queue } from '../channel.js';
import { z } from 'zod';
import { clientsOf, fakeClient, suppress, type Asked } from '../client/fake-client.fixture.js';
import { Queues } from '../queues/queues.js';
import { redeliveryTo } from './redelivery.js';

/** Delivers dead letters to a fake SQS that answers as the test says. */
async function deliver(
  deadLetters: readonly StoredDeadLetter[],
  {
    name = 'orders',
    answer = () => undefined,
  }: { readonly name?: string; readonly answer?: (asked: Asked) => unknown } = {},
) {
  const { client, asked } = fakeClient((one) => {
    const answered = answer(one);
    if (answered !== undefined) return answered;
    return one.name === 'GetQueueUrl' ? { QueueUrl: 'url' } : { Successful: one.input.Entries };
  });
  const queues = new Queues({
    clients: clientsOf(client),
    configured: {},
    createMissing: false,
    suppress,
  });
  const handler = { channel: queue(name, { schema: z.unknown() }), options: {}, name: 'handler' };
  const { signal } = new AbortController();
  const redelivery = await redeliveryTo(
    { queues, suppress },
    { handler, to: 'handler', isDry: false, signal },
  );
  const answers = await redelivery.deliver(deadLetters);
  const sent = asked.filter((one) => one.name === 'SendMessageBatch');
  return { answers, sent: sent.map(({ input }) => input.Entries as readonly Entry[]) };
}

type Entry = Readonly<Record<string, unknown>>;

const deadLetter = (some: Partial<StoredDeadLetter> = {}): StoredDeadLetter => ({
  id: 'orders-dead/0/7',
  key: null,
  headers: { tenant: Buffer.from('a') },
  raw: Buffer.from('{}'),
  ...some,
});

const text = (StringValue: string, DataType = 'String'): object => ({ DataType, StringValue });

describe('dead letters from another broker', () => {
  it('get their attribute types and X-Ray context back', async () => {
    const details = '{"v":1,"types":[["count","Number.int"]],"xray":"Root=1-2-3"}';
    const headers = { count: Buffer.from('7'), tenant: Buffer.from('a') };

    const { sent } = await deliver([deadLetter({ headers, details })]);

    expect(sent).toEqual([
      [
        {
          Id: '0',
          MessageBody: '{}',
          MessageAttributes: { count: text('7', 'Number.int'), tenant: text('a') },
          MessageSystemAttributes: { AWSTraceHeader: text('Root=1-2-3') },
        },
      ],
    ]);
  });

  it('keep their group on FIFO, with a deduplication id that depends on the dead letter alone', async () => {
    const id = `${'x'.repeat(200)}/0/7`;

    const { sent } = await deliver(
      [deadLetter({ id, key: 'order-7' }), deadLetter({ key: 'order 8' })],
      {
        name: 'orders.fifo',
      },
    );

    const ids = /^[!-~]{1,128}$/;
    const [first, second] = sent[0] ?? [];
    expect(first).toMatchObject({
      MessageGroupId: 'order-7',
      MessageDeduplicationId: expect.stringMatching(ids),
    });
    expect(second).toMatchObject({
      MessageGroupId: expect.stringMatching(ids),
      MessageDeduplicationId: expect.stringMatching(/^orders-dead\/0\/7#[0-9a-f]{16}$/),
    });
  });

  it('have different deduplication ids on FIFO if their topic was created again', async () => {
    const body = (text: string): Uint8Array => Buffer.from(text);

    const { sent } = await deliver(
      [deadLetter({ key: 'k', raw: body('first') }), deadLetter({ key: 'k', raw: body('second') })],
      { name: 'orders.fifo' },
    );

    const ids = sent[0]?.map((entry) => entry.MessageDeduplicationId);
    expect(new Set(ids).size).toBe(2);
  });

  it('are sent without their cause if they have ten attributes of their own', async () => {
    const own = Array.from({ length: 10 }, (_, at) => [`a${at}`, Buffer.from('x')] as const);
    const headers = Object.fromEntries([...own, ['dead-letter', Buffer.from('{}')]]);

    const { sent } = await deliver([deadLetter({ headers })]);

    expect(sent[0]?.[0]).toMatchObject({
      MessageAttributes: Object.fromEntries(own.map(([name]) => [name, text('x')])),
    });
    expect(JSON.stringify(sent)).not.toContain('dead-letter');
  });

  it('are refused one by one if SQS cannot have sent one of them', async () => {
    const { answers, sent } = await deliver([
      deadLetter({ headers: { 'with space': 'x' } }),
      deadLetter(),
    ]);

    expect(answers).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ errorClass: 'refused' }) },
      { status: 'fulfilled', value: undefined },
    ]);
    expect(sent[0]).toHaveLength(1);
  });

  it('are refused one by one if SQS refuses one of them', async () => {
    const refused = { Id: '0', Code: 'InvalidMessageContents', Message: 'no', SenderFault: true };
    const { answers } = await deliver([deadLetter(), deadLetter()], {
      answer: ({ name }) =>
        name === 'SendMessageBatch' ? { Failed: [refused], Successful: [{ Id: '1' }] } : undefined,
    });

    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(answers[0]).toMatchObject({ reason: { errorClass: 'refused' } });
  });
});
