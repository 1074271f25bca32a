import type { Message } from '@aws-sdk/client-sqs';
import { allDone, fakeClient, type Asked } from '../../client/fake-client.fixture.js';
import type { QueueAddress } from '../../queues/queue-reference.js';

export const DEAD_LETTERS: QueueAddress = {
  channel: 'orders-dlq',
  name: 'orders-dlq',
  url: 'url-of-orders-dlq',
  isFifo: false,
};
export const ORDERS: QueueAddress = {
  channel: 'orders',
  name: 'orders',
  url: 'url-of-orders',
  isFifo: false,
};

/** A dead letter as SQS hands it out. */
export const aMessage = (id: string, more: Partial<Message> = {}): Message => ({
  MessageId: id,
  ReceiptHandle: `receipt-${id}`,
  Body: `body-${id}`,
  Attributes: { SentTimestamp: '1000' },
  ...more,
});

/** An SQS that has these dead letters once, and takes everything, as far as the test does not say otherwise. */
export function anSqsWith(
  messages: readonly Message[],
  answer: (asked: Asked) => unknown = () => undefined,
): ReturnType<typeof fakeClient> {
  const waiting = [...messages];
  return fakeClient((asked) => {
    const said = answer(asked);
    if (said !== undefined) return said;
    return {
      $metadata: {},
      ...allDone(asked),
      ...(asked.name === 'ReceiveMessage' && { Messages: waiting.splice(0, 10) }),
      ...(asked.name === 'SendMessageBatch' && { Successful: asked.input.Entries }),
    };
  });
}
