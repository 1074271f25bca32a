import { SqsInbound } from './inbound-message.js';

/** A message of the queue "orders" that has just been received. */
export const anInbound = (id: string, receivedAt = Date.now()): SqsInbound =>
  new SqsInbound(
    { MessageId: id, ReceiptHandle: `receipt-${id}`, Body: '{}' },
    {
      origin: { channel: 'orders', name: 'orders' },
      endpoint: { system: 'sqs', destination: 'orders' },
      isFifo: false,
    },
    receivedAt,
  );
