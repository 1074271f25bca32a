import { describe, expect, it } from '@jest/globals';
import type { SqsInbound } from '../messages/inbound-message.js';
import { fakeClient } from '../client/fake-client.fixture.js';
import { sinkTo, sqsSource } from './source.fixture.js';

describe('SqsSource', () => {
  it('polls nothing where it was stopped while it still looked for its queue', async () => {
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

  it.each(['0', 'no number'])(
    'hides a message for a time of its own where its queue hides it for %s seconds',
    async (VisibilityTimeout) => {
      let hasCome = false;
      const { client, asked } = fakeClient(({ name }) => {
        if (name === 'GetQueueUrl') return { QueueUrl: 'url' };
        if (name === 'GetQueueAttributes') return { Attributes: { VisibilityTimeout } };
        if (hasCome) return new Promise<never>(() => undefined);
        hasCome = true;
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
