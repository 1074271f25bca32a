import { describe, expect, it } from '@jest/globals';
import type { Message } from '@aws-sdk/client-sqs';
import type { InboundMessage } from 'throughline/transport';
import { SqsInbound } from '../messages/inbound-message.js';
import { storeDeadLetter } from './store-dead-letter.js';
import { addressOf, fakeClient } from '../client/fake-client.fixture.js';

const DEAD_LETTERS = 'orders-dlq';
const FIFO_DEAD_LETTERS = 'orders-dlq.fifo';

type Attributes = NonNullable<Message['MessageAttributes']>;

const text = (StringValue: string): Attributes[string] => ({ DataType: 'String', StringValue });
const some = (count: number): Attributes =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`header-${n}`, text('x')]));

const ORIGIN = {
  origin: { channel: 'orders', name: 'orders' },
  endpoint: { system: 'sqs', destination: 'orders' },
  isFifo: false,
};

const inboundWith = (attributes: Attributes, group?: string, isFifo = false): InboundMessage =>
  new SqsInbound(
    {
      MessageId: 'm1',
      Body: '{}',
      MessageAttributes: attributes,
      ...(group !== undefined && { Attributes: { MessageGroupId: group } }),
    },
    { ...ORIGIN, isFifo },
    0,
  );

/** The last request, to an SQS that refuses the first few. */
async function sent(
  inbound: InboundMessage,
  {
    to = DEAD_LETTERS,
    refusals = 0,
    refusal = 'InvalidParameterValue',
  }: { readonly to?: string; readonly refusals?: number; readonly refusal?: string } = {},
) {
  const { client, asked } = fakeClient(() => {
    if (asked.length <= refusals) throw Object.assign(new Error('no'), { name: refusal });
    return {};
  });
  await storeDeadLetter(addressOf(client, to), {
    inbound,
    to: 'orders-dlq',
    causes: ['{"full":1}', '{"short":1}'],
  });
  return asked.at(-1)?.input ?? {};
}

describe('storeDeadLetter', () => {
  it('adds the cause to the message’s attributes', async () => {
    const { MessageAttributes } = await sent(inboundWith(some(9)));

    expect(MessageAttributes).toEqual({ ...some(9), 'dead-letter': text('{"full":1}') });
  });

  it('copies a trace context that did not fit among the attributes', async () => {
    const Attributes = { AWSTraceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793' };
    const inbound = new SqsInbound({ MessageId: 'm1', Body: '{}', Attributes }, ORIGIN, 0);

    const { MessageSystemAttributes } = await sent(inbound);

    expect(MessageSystemAttributes).toEqual({ AWSTraceHeader: text(Attributes.AWSTraceHeader) });
  });

  it('omits the cause if the message has ten attributes', async () => {
    const { MessageAttributes } = await sent(inboundWith(some(10)));

    expect(MessageAttributes).toEqual(some(10));
  });

  it('replaces the cause of an earlier dead letter, even as the tenth attribute', async () => {
    const redriven = { ...some(9), 'dead-letter': text('{"earlier":1}') };

    const { MessageAttributes } = await sent(inboundWith(redriven));

    expect(MessageAttributes).toEqual({ ...some(9), 'dead-letter': text('{"full":1}') });
  });

  it('tries the short cause if SQS refuses the full one, and then none', async () => {
    const redriven = { ...some(1), 'dead-letter': text('{"earlier":1}') };

    const short = await sent(inboundWith(redriven), { refusals: 1 });
    const none = await sent(inboundWith(redriven), { refusals: 2 });

    expect(short.MessageAttributes).toEqual({ ...some(1), 'dead-letter': text('{"short":1}') });
    expect(none.MessageAttributes).toEqual(some(1));
  });

  it.each(['QueueDoesNotExist', 'AccessDenied', 'UnknownError', 'OverLimit'])(
    'never drops the cause if SQS answers %s, which does not concern the message',
    async (refusal) => {
      const stored = sent(inboundWith(some(1)), { refusals: 1, refusal });

      await expect(stored).rejects.toMatchObject({ code: expect.stringMatching(/^TL_SQS_/) });
    },
  );

  it('rejects as refused if SQS takes no form of the message', async () => {
    const stored = sent(inboundWith(some(1)), { refusals: 3 });

    await expect(stored).rejects.toMatchObject({ errorClass: 'refused' });
  });

  it('preserves the group on FIFO, and uses the message id for deduplication', async () => {
    const input = await sent(inboundWith({}, 'order-7', true), { to: FIFO_DEAD_LETTERS });

    expect(input).toMatchObject({ MessageGroupId: 'order-7', MessageDeduplicationId: 'm1' });
  });

  it('distinguishes two records with the same position on FIFO, because their topic was created again', async () => {
    const record = (sentAt: number): InboundMessage => ({
      origin: { channel: 'orders', name: 'orders/0' },
      lane: 'k',
      id: 'orders/0/7',
      key: 'k',
      raw: Buffer.from('{}'),
      headers: {},
      bytes: 2,
      failures: 0,
      receivedAt: 0,
      signal: new AbortController().signal,
      incoming: { system: 'kafka', destination: 'orders', id: 'orders/0/7', sentAt },
      malformedContext: undefined,
    });

    const [first, again, other] = await Promise.all(
      [1, 1, 2].map((sentAt) => sent(record(sentAt), { to: FIFO_DEAD_LETTERS })),
    );

    expect(again?.MessageDeduplicationId).toBe(first?.MessageDeduplicationId);
    expect(other?.MessageDeduplicationId).not.toBe(first?.MessageDeduplicationId);
  });

  it('preserves the group of a standard queue, which names a tenant', async () => {
    const input = await sent(inboundWith({}, 'tenant-1'));

    expect(input.MessageGroupId).toBe('tenant-1');
    expect(input.MessageDeduplicationId).toBeUndefined();
  });
});
