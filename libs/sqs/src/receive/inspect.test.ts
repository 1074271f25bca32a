import { describe, expect, it } from '@jest/globals';
import { fakeClient, type Asked } from '../client/fake-client.fixture.js';
import { sinkTo, sqsSource } from './source.fixture.js';

/** A source of the queue that code knows as "orders", where SQS answers polls so. */
function aSource(poll: () => unknown, answer: (asked: Asked) => unknown = () => undefined) {
  const { client } = fakeClient((asked) => {
    if (asked.name === 'ReceiveMessage') return poll();
    if (asked.name === 'GetQueueUrl') return { QueueUrl: 'url' };
    return answer(asked) ?? { Attributes: { VisibilityTimeout: '30' } };
  });
  const configured = { orders: 'prod-orders' };
  return sqsSource({ client, configured });
}

const away = (): never => {
  throw Object.assign(new Error('no way'), { code: 'ECONNREFUSED' });
};
const forever = (): Promise<never> => new Promise(() => undefined);

describe('SqsSource.inspect', () => {
  it('says nothing is assigned before the queue is found', async () => {
    const source = aSource(forever);

    expect(await source.inspect()).toEqual({ isConnected: false, assigned: [], lag: new Map() });
  });

  it('counts what waits, what is received and what is delayed, by the channel’s logical name', async () => {
    const source = aSource(forever, () => ({
      Attributes: {
        ApproximateNumberOfMessages: '100',
        ApproximateNumberOfMessagesNotVisible: '20',
        ApproximateNumberOfMessagesDelayed: '3',
      },
    }));
    await source.start(sinkTo());

    expect(await source.inspect()).toEqual({
      isConnected: true,
      assigned: ['prod-orders'],
      lag: new Map([['orders', 123]]),
    });
    await source.stop();
  });

  it('is not connected after a poll that failed', async () => {
    const polled = Promise.withResolvers<undefined>();
    const source = aSource(() => {
      polled.resolve(undefined);
      return away();
    });
    await source.start(sinkTo());
    await polled.promise;
    await new Promise(setImmediate);

    expect(await source.inspect()).toMatchObject({ isConnected: false, assigned: ['prod-orders'] });
    await source.stopReceiving();
    await source.stop();
  });

  it('rejects while SQS is away', async () => {
    const source = aSource(forever, away);
    await source.start(sinkTo());

    await expect(source.inspect()).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
    await source.stop();
  });
});
