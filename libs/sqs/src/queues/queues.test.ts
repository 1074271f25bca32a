import { describe, expect, it } from '@jest/globals';
import { clientsOf, fakeClient, suppress } from '../client/fake-client.fixture.js';
import { parseReference } from './queue-reference.js';
import { Queues } from './queues.js';

const missing = (): never => {
  throw Object.assign(new Error('none'), { name: 'QueueDoesNotExist' });
};

function onAnEmptyAccount(createMissing: boolean) {
  const { client, asked } = fakeClient(({ name }) =>
    name === 'GetQueueUrl' ? missing() : { QueueUrl: 'url' },
  );
  const created = () =>
    asked.filter(({ name }) => name === 'CreateQueue').map(({ input }) => input.Attributes);
  return {
    queues: new Queues({ clients: clientsOf(client), configured: {}, createMissing, suppress }),
    created,
  };
}

describe('Queues', () => {
  it('creates a missing queue with SQS’ own defaults', async () => {
    const { queues, created } = onAnEmptyAccount(true);

    await queues.find('orders');

    expect(created()).toEqual([{}]);
  });

  it('creates a dead-letter queue that retains messages for 14 days', async () => {
    const { queues, created } = onAnEmptyAccount(true);

    await queues.findDeadLetters(parseReference('orders-dlq'));
    await queues.findDeadLetters(parseReference('orders-dlq.fifo'));

    expect(created()).toEqual([
      { MessageRetentionPeriod: '1209600' },
      { MessageRetentionPeriod: '1209600', FifoQueue: 'true' },
    ]);
  });

  it('asks once, whatever the queue is used for', async () => {
    const { queues, created } = onAnEmptyAccount(true);

    await queues.findDeadLetters(parseReference('orders-dlq'));
    await queues.find('orders-dlq');

    expect(created()).toHaveLength(1);
  });

  it('creates nothing without createMissing', async () => {
    const { queues, created } = onAnEmptyAccount(false);

    const found = queues.findDeadLetters(parseReference('orders-dlq'));

    await expect(found).rejects.toMatchObject({ code: 'TL_SQS_QUEUE_MISSING' });
    expect(created()).toEqual([]);
  });

  it('creates nothing in an account that may be another one', async () => {
    const { client, asked } = fakeClient(() => missing());
    const clients = { ...clientsOf(client), isOwn: () => Promise.resolve(false) };
    const configured = { orders: 'arn:aws:sqs:eu-central-1:123456789012:orders' };
    const queues = new Queues({ clients, configured, createMissing: true, suppress });

    const found = queues.find('orders');

    await expect(found).rejects.toMatchObject({
      code: 'TL_SQS_QUEUE_MISSING',
      message: expect.stringContaining('in eu-central-1, account 123456789012') as unknown,
    });
    expect(asked.map(({ name }) => name)).toEqual(['GetQueueUrl']);
  });

  it('treats an answer without a URL as an outage, and asks again the next time', async () => {
    const answers: object[] = [{}, { QueueUrl: '' }];
    const { client } = fakeClient(() => answers.shift() ?? { QueueUrl: 'url' });
    const queues = new Queues({
      clients: clientsOf(client),
      configured: {},
      createMissing: false,
      suppress,
    });

    await expect(queues.find('orders')).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
    await expect(queues.find('orders')).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
    expect(await queues.find('orders')).toMatchObject({ url: 'url' });
  });
});
