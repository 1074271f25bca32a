import { describe, expect, it } from '@jest/globals';
import { fakeClient, suppress } from '../client/fake-client.fixture.js';
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
  return { queues: new Queues({ client, configured: {}, createMissing, suppress }), created };
}

describe('Queues', () => {
  it('creates a missing queue with SQS’ own defaults', async () => {
    const { queues, created } = onAnEmptyAccount(true);

    await queues.find('orders');

    expect(created()).toEqual([{}]);
  });

  it('creates a dead-letter queue that retains messages for 14 days', async () => {
    const { queues, created } = onAnEmptyAccount(true);

    await queues.findDeadLetters('orders-dlq');
    await queues.findDeadLetters('orders-dlq.fifo');

    expect(created()).toEqual([
      { MessageRetentionPeriod: '1209600' },
      { MessageRetentionPeriod: '1209600', FifoQueue: 'true' },
    ]);
  });

  it('asks once, whatever the queue is used for', async () => {
    const { queues, created } = onAnEmptyAccount(true);

    await queues.findDeadLetters('orders-dlq');
    await queues.find('orders-dlq');

    expect(created()).toHaveLength(1);
  });

  it('creates nothing without createMissing', async () => {
    const { queues, created } = onAnEmptyAccount(false);

    const found = queues.findDeadLetters('orders-dlq');

    await expect(found).rejects.toMatchObject({ code: 'TL_SQS_QUEUE_MISSING' });
    expect(created()).toEqual([]);
  });

  it('treats an answer without a URL as an outage, and asks again the next time', async () => {
    const answers: object[] = [{}, { QueueUrl: '' }];
    const { client } = fakeClient(() => answers.shift() ?? { QueueUrl: 'url' });
    const queues = new Queues({ client, configured: {}, createMissing: false, suppress });

    await expect(queues.find('orders')).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
    await expect(queues.find('orders')).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
    expect(await queues.find('orders')).toMatchObject({ url: 'url' });
  });
});
