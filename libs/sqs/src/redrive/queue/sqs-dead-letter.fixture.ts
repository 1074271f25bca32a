import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { addressOf, allDone, fakeClient, type Asked } from '../../client/fake-client.fixture.js';
import type { QueueAddress } from '../../queues/queue-reference.js';

export const deadLettersOn = (client: SQSClient): QueueAddress =>
  addressOf(client, 'orders-dlq', 'url-of-orders-dlq');
export const ordersOn = (client: SQSClient): QueueAddress =>
  addressOf(client, 'orders', 'url-of-orders');

/** A dead letter as SQS delivers it. */
export const aMessage = (id: string, more: Partial<Message> = {}): Message => ({
  MessageId: id,
  ReceiptHandle: `receipt-${id}`,
  Body: `body-${id}`,
  Attributes: { SentTimestamp: '1000' },
  ...more,
});

/** A fake SQS that delivers each of these dead letters once. Every other request succeeds unless `answer` says otherwise. */
export function anSqsWith(
  messages: readonly Message[],
  answer: (asked: Asked) => unknown = () => undefined,
): ReturnType<typeof fakeClient> {
  const waiting = [...messages];
  return fakeClient((asked) => {
    const answered = answer(asked);
    if (answered !== undefined) return answered;
    return {
      $metadata: {},
      ...allDone(asked),
      ...(asked.name === 'ReceiveMessage' && { Messages: waiting.splice(0, 10) }),
      ...(asked.name === 'SendMessageBatch' && { Successful: asked.input.Entries }),
    };
  });
}
