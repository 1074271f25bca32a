import { describe, expect, it } from '@jest/globals';
import type { SqsInbound } from '../messages/inbound-message.js';
import { fakeClient } from '../client/fake-client.fixture.js';
import { sinkTo, sqsSource } from './source.fixture.js';

describe('SqsSource', () => {
  it('does not poll if it was stopped while it looked for its queue', async () => {
    const found = Promise.withResolvers<{ QueueUrl: string }>();
    const never = new Promise<never>(() => undefined);
    const { client, asked } = fakeClient(({ name }) => {
      if (name === 'GetQueueUrl') return found.promise;
      return name === 'ReceiveMessage' ? never : {};
    });
    const source = sqsSource({ client, visibility: undefined });

    const started = source.start(sinkTo());
    await source.stopReceiving();
    await source.stop();
    found.resolve({ QueueUrl: 'url' });
    await started;
    await new Promise(setImmediate);

    expect(asked.map(({ name }) => name)).not.toContain('ReceiveMessage');
  });

  it.each(['0', 'not a number'])(
    'asks for a visibility timeout of its own if that of its queue is %s',
    async (VisibilityTimeout) => {
      let isReceived = false;
      const { client, asked } = fakeClient(({ name }) => {
        if (name === 'GetQueueUrl') return { QueueUrl: 'url' };
        if (name === 'GetQueueAttributes') return { Attributes: { VisibilityTimeout } };
        if (isReceived) return new Promise<never>(() => undefined);
        isReceived = true;
        return { Messages: [{ MessageId: 'm1', ReceiptHandle: 'r1', Body: '{}' }] };
      });
      const source = sqsSource({ client, visibility: undefined });
      const { promise: delivered, resolve } = Promise.withResolvers<readonly SqsInbound[]>();

      await source.start(sinkTo(resolve));
      const inbounds = await delivered;
      await source.stop();

      expect(inbounds.map(({ id, isOurs }) => [id, isOurs])).toEqual([['m1', true]]);
      const poll = asked.find(({ name }) => name === 'ReceiveMessage');
      expect(poll?.input).toMatchObject({ VisibilityTimeout: 30 });
    },
  );
});
