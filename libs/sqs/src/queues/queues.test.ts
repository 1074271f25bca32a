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
  const made = () =>
    asked.filter(({ name }) => name === 'CreateQueue').map(({ input }) => input.Attributes);
  return { queues: new Queues({ client, configured: {}, createMissing, suppress }), made };
}

describe('Queues', () => {
  it('makes a missing queue as SQS makes it by itself', async () => {
    const { queues, made } = onAnEmptyAccount(true);

    await queues.find('orders');

    expect(made()).toEqual([{}]);
  });

  it('makes a queue of dead letters that keeps them for 14 days', async () => {
    const { queues, made } = onAnEmptyAccount(true);

    await queues.findDeadLetters('orders-dlq');
    await queues.findDeadLetters('orders-dlq.fifo');

    expect(made()).toEqual([
      { MessageRetentionPeriod: '1209600' },
      { MessageRetentionPeriod: '1209600', FifoQueue: 'true' },
    ]);
  });

  it('asks once, whatever the queue is looked for as', async () => {
    const { queues, made } = onAnEmptyAccount(true);

    await queues.findDeadLetters('orders-dlq');
    await queues.find('orders-dlq');

    expect(made()).toHaveLength(1);
  });

  it('makes nothing where it was not asked to', async () => {
    const { queues, made } = onAnEmptyAccount(false);

    const found = queues.findDeadLetters('orders-dlq');

    await expect(found).rejects.toMatchObject({ code: 'TL_SQS_QUEUE_MISSING' });
    expect(made()).toEqual([]);
  });

  it('takes an answer without a URL for none, and asks again the next time', async () => {
    const answers: object[] = [{}, { QueueUrl: '' }];
    const { client } = fakeClient(() => answers.shift() ?? { QueueUrl: 'url' });
    const queues = new Queues({ client, configured: {}, createMissing: false, suppress });

    await expect(queues.find('orders')).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
    await expect(queues.find('orders')).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
    expect(await queues.find('orders')).toMatchObject({ url: 'url' });
  });
});
