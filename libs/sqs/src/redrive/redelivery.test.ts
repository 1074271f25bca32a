import { describe, expect, it } from '@jest/globals';
import { type Letter } from 'throughline/transport';
import { queue } from '../channel.js';
import { z } from 'zod';
import { fakeClient, suppress, type Asked } from '../client/fake-client.fixture.js';
import { Queues } from '../queues/queues.js';
import { redeliveryTo } from './redelivery.js';

/** What the handler's broker is asked to take back, where SQS answers as the test says. */
async function deliver(
  letters: readonly Letter[],
  {
    name = 'orders',
    answer = () => undefined,
  }: { readonly name?: string; readonly answer?: (asked: Asked) => unknown } = {},
) {
  const { client, asked } = fakeClient((one) => {
    const said = answer(one);
    if (said !== undefined) return said;
    return one.name === 'GetQueueUrl' ? { QueueUrl: 'url' } : { Successful: one.input.Entries };
  });
  const queues = new Queues({ client, configured: {}, createMissing: false, suppress });
  const handler = { channel: queue(name, { schema: z.unknown() }), options: {}, name: 'handler' };
  const { signal } = new AbortController();
  const redelivery = await redeliveryTo(
    { client, queues, suppress },
    { handler, to: 'handler', isDry: false, signal },
  );
  const answers = await redelivery.deliver(letters);
  const sent = asked.filter((one) => one.name === 'SendMessageBatch');
  return { answers, sent: sent.map(({ input }) => input.Entries as readonly Entry[]) };
}

/** As it is sent. */
type Entry = Readonly<Record<string, unknown>>;

const letter = (some: Partial<Letter> = {}): Letter => ({
  id: 'orders-dead/0/7',
  key: null,
  headers: { tenant: Buffer.from('a') },
  raw: Buffer.from('{}'),
  ...some,
});

const text = (StringValue: string, DataType = 'String'): object => ({ DataType, StringValue });

describe('dead letters from another broker', () => {
  it('get their types and X-Ray’s context back', async () => {
    const details = '{"v":1,"types":[["count","Number.int"]],"xray":"Root=1-2-3"}';
    const headers = { count: Buffer.from('7'), tenant: Buffer.from('a') };

    const { sent } = await deliver([letter({ headers, details })]);

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

  it('go to their group on FIFO, and are taken once for as often as they are sent', async () => {
    const id = `${'x'.repeat(200)}/0/7`;

    const { sent } = await deliver([letter({ id, key: 'order-7' }), letter({ key: 'order 8' })], {
      name: 'orders.fifo',
    });

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

  it('are not taken for one another on FIFO where their topic was made again', async () => {
    const body = (text: string): Uint8Array => Buffer.from(text);

    const { sent } = await deliver(
      [letter({ key: 'k', raw: body('first') }), letter({ key: 'k', raw: body('second') })],
      { name: 'orders.fifo' },
    );

    const ids = sent[0]?.map((entry) => entry.MessageDeduplicationId);
    expect(new Set(ids).size).toBe(2);
  });

  it('leave their note behind where they have ten attributes of their own', async () => {
    const own = Array.from({ length: 10 }, (_, at) => [`a${at}`, Buffer.from('x')] as const);
    const headers = Object.fromEntries([...own, ['dead-letter', Buffer.from('{}')]]);

    const { sent } = await deliver([letter({ headers })]);

    expect(sent[0]?.[0]).toMatchObject({
      MessageAttributes: Object.fromEntries(own.map(([name]) => [name, text('x')])),
    });
    expect(JSON.stringify(sent)).not.toContain('dead-letter');
  });

  it('are refused alone where one of them was no message of SQS', async () => {
    const { answers, sent } = await deliver([letter({ headers: { 'with space': 'x' } }), letter()]);

    expect(answers).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ errorClass: 'refused' }) },
      { status: 'fulfilled', value: undefined },
    ]);
    expect(sent[0]).toHaveLength(1);
  });

  it('are refused alone where SQS refuses one of them', async () => {
    const refused = { Id: '0', Code: 'InvalidMessageContents', Message: 'no', SenderFault: true };
    const { answers } = await deliver([letter(), letter()], {
      answer: ({ name }) =>
        name === 'SendMessageBatch' ? { Failed: [refused], Successful: [{ Id: '1' }] } : undefined,
    });

    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(answers[0]).toMatchObject({ reason: { errorClass: 'refused' } });
  });
});
