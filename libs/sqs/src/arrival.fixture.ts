import { SqsArrival } from './arrival.js';

/** A message of the queue "orders" that has just been received. */
export const anArrival = (id: string, receivedAt = Date.now()): SqsArrival =>
  new SqsArrival(
    { MessageId: id, ReceiptHandle: `receipt-${id}`, Body: '{}' },
    {
      shard: { channel: 'orders', name: 'orders' },
      endpoint: { system: 'sqs', destination: 'orders' },
      isFifo: false,
    },
    receivedAt,
  );
