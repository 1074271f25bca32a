import { describe, expect, it } from '@jest/globals';
import type { Message } from '@aws-sdk/client-sqs';
import type { InboundMessage } from 'throughline/transport';
import { SqsInbound } from '../messages/inbound-message.js';
import { buryIn } from './store-dead-letter.js';
import { fakeClient } from '../client/fake-client.fixture.js';
import type { QueueAddress } from '../queues/queue-reference.js';

const GRAVES: QueueAddress = { channel: 'graves', name: 'graves', url: 'url', isFifo: false };
const FIFO_GRAVES: QueueAddress = { ...GRAVES, name: 'graves.fifo', isFifo: true };

type Attributes = NonNullable<Message['MessageAttributes']>;

const text = (StringValue: string): Attributes[string] => ({ DataType: 'String', StringValue });
const some = (count: number): Attributes =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`header-${n}`, text('x')]));

const ORIGIN = {
  origin: { channel: 'orders', name: 'orders' },
  endpoint: { system: 'sqs', destination: 'orders' },
  isFifo: false,
};

const arrivalWith = (attributes: Attributes, group?: string, isFifo = false): InboundMessage =>
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

/** What is sent where SQS refuses the first few tries. */
async function sent(
  inbound: InboundMessage,
  {
    to = GRAVES,
    refusals = 0,
    refusal = 'InvalidParameterValue',
  }: { readonly to?: QueueAddress; readonly refusals?: number; readonly refusal?: string } = {},
) {
  const { client, asked } = fakeClient(() => {
    if (asked.length <= refusals) throw Object.assign(new Error('no'), { name: refusal });
    return {};
  });
  await buryIn(to, { inbound, to: 'graves', notes: ['{"full":1}', '{"short":1}'] }, client);
  return asked.at(-1)?.input ?? {};
}

describe('buryIn', () => {
  it('adds the note to what the message brings', async () => {
    const { MessageAttributes } = await sent(arrivalWith(some(9)));

    expect(MessageAttributes).toEqual({ ...some(9), 'dead-letter': text('{"full":1}') });
  });

  it('takes along the trace that had no room among the attributes', async () => {
    const Attributes = { AWSTraceHeader: 'Root=1-5759e988-bd862e3fe1be46a994272793' };
    const inbound = new SqsInbound({ MessageId: 'm1', Body: '{}', Attributes }, ORIGIN, 0);

    const { MessageSystemAttributes } = await sent(inbound);

    expect(MessageSystemAttributes).toEqual({ AWSTraceHeader: text(Attributes.AWSTraceHeader) });
  });

  it('leaves the note out where the message has ten attributes of its own', async () => {
    const { MessageAttributes } = await sent(arrivalWith(some(10)));

    expect(MessageAttributes).toEqual(some(10));
  });

  it('replaces the note of an earlier burial, also as the tenth attribute', async () => {
    const redriven = { ...some(9), 'dead-letter': text('{"earlier":1}') };

    const { MessageAttributes } = await sent(arrivalWith(redriven));

    expect(MessageAttributes).toEqual({ ...some(9), 'dead-letter': text('{"full":1}') });
  });

  it('takes the short note where SQS refuses the full one, and none after that', async () => {
    const redriven = { ...some(1), 'dead-letter': text('{"earlier":1}') };

    const short = await sent(arrivalWith(redriven), { refusals: 1 });
    const none = await sent(arrivalWith(redriven), { refusals: 2 });

    expect(short.MessageAttributes).toEqual({ ...some(1), 'dead-letter': text('{"short":1}') });
    expect(none.MessageAttributes).toEqual(some(1));
  });

  it.each(['QueueDoesNotExist', 'AccessDenied', 'UnknownError', 'OverLimit'])(
    'never drops the cause where SQS says %s, which is nothing about the message',
    async (refusal) => {
      const stored = sent(arrivalWith(some(1)), { refusals: 1, refusal });

      await expect(stored).rejects.toMatchObject({ code: expect.stringMatching(/^TL_SQS_/) });
    },
  );

  it('says that the message is to blame where SQS takes it in no form', async () => {
    const stored = sent(arrivalWith(some(1)), { refusals: 3 });

    await expect(stored).rejects.toMatchObject({ errorClass: 'refused' });
  });

  it('keeps the group on FIFO, and names the message for the deduplication', async () => {
    const input = await sent(arrivalWith({}, 'order-7', true), { to: FIFO_GRAVES });

    expect(input).toMatchObject({ MessageGroupId: 'order-7', MessageDeduplicationId: 'm1' });
  });

  it('tells apart two records of one place in a log on FIFO: their topic was made again', async () => {
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
      [1, 1, 2].map((sentAt) => sent(record(sentAt), { to: FIFO_GRAVES })),
    );

    expect(again?.MessageDeduplicationId).toBe(first?.MessageDeduplicationId);
    expect(other?.MessageDeduplicationId).not.toBe(first?.MessageDeduplicationId);
  });

  it('keeps the tenant of a standard queue, which its group is', async () => {
    const input = await sent(arrivalWith({}, 'tenant-1'));

    expect(input.MessageGroupId).toBe('tenant-1');
    expect(input.MessageDeduplicationId).toBeUndefined();
  });
});
