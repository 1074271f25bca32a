import { describe, expect, it } from '@jest/globals';
import { fakeClient, type Asked } from '../client/fake-client.fixture.js';
import { sinkTo, sqsSource } from './source.fixture.js';

/** A source of the channel "orders", whose queue is "prod-orders". `poll` answers the polls. */
function aSource(poll: () => unknown, answer: (asked: Asked) => unknown = () => undefined) {
  const { client } = fakeClient((asked) => {
    if (asked.name === 'ReceiveMessage') return poll();
    if (asked.name === 'GetQueueUrl') return { QueueUrl: 'url' };
    return answer(asked) ?? { Attributes: { VisibilityTimeout: '30' } };
  });
  const configured = { orders: 'prod-orders' };
  return sqsSource({ client, configured });
}

const unavailable = (): never => {
  throw Object.assign(new Error('no way'), { code: 'ECONNREFUSED' });
};
const forever = (): Promise<never> => new Promise(() => undefined);

describe('SqsSource.inspect', () => {
  it('reports nothing as assigned before the queue is found', async () => {
    const source = aSource(forever);

    expect(await source.inspect()).toEqual({ isConnected: false, assigned: [], lag: new Map() });
  });

  it('counts waiting, received and delayed messages, by the channel’s logical name', async () => {
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

  it('reports no connection after a failed poll', async () => {
    const polled = Promise.withResolvers<undefined>();
    const source = aSource(() => {
      polled.resolve(undefined);
      return unavailable();
    });
    await source.start(sinkTo());
    await polled.promise;
    await new Promise(setImmediate);

    expect(await source.inspect()).toMatchObject({ isConnected: false, assigned: ['prod-orders'] });
    await source.stopReceiving();
    await source.stop();
  });

  it('rejects while SQS is unavailable', async () => {
    const source = aSource(forever, unavailable);
    await source.start(sinkTo());

    await expect(source.inspect()).rejects.toMatchObject({ code: 'TL_SQS_UNAVAILABLE' });
    await source.stop();
  });
});
