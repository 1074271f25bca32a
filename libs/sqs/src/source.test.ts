import { describe, expect, it } from '@jest/globals';
import type { SqsArrival } from './arrival.js';
import { fakeHealth } from './fake-health.fixture.js';
import { fakeClient, quiet } from './fake-client.fixture.js';
import { Queues } from './queues.js';
import { SqsSource } from './source.js';

describe('SqsSource', () => {
  it('polls nothing where it was stopped while it still looked for its queue', async () => {
    const found = Promise.withResolvers<{ QueueUrl: string }>();
    const never = new Promise<never>(() => undefined);
    const { client, asked } = fakeClient(({ name }) => {
      if (name === 'GetQueueUrl') return found.promise;
      return name === 'ReceiveMessage' ? never : {};
    });
    const source = new SqsSource({
      client,
      queues: new Queues({ client, configured: {}, createMissing: false, quiet }),
      channel: 'orders',
      endpoint: { system: 'sqs', destination: 'orders' },
      waitTime: 1_000,
      visibility: undefined,
      quiet,
      health: fakeHealth().health,
    });

    const started = source.start({
      room: () => 10,
      onRoom: () => undefined,
      deliver: () => undefined,
      drop: () => undefined,
      hold: () => Promise.resolve(),
      goOn: () => undefined,
    });
    await source.quiesce();
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
      const source = new SqsSource({
        client,
        queues: new Queues({ client, configured: {}, createMissing: false, quiet }),
        channel: 'orders',
        endpoint: { system: 'sqs', destination: 'orders' },
        waitTime: 1_000,
        visibility: undefined,
        quiet,
        health: fakeHealth().health,
      });
      const { promise: delivered, resolve } = Promise.withResolvers<readonly SqsArrival[]>();

      await source.start({
        room: () => 10,
        onRoom: () => undefined,
        deliver: resolve,
        drop: () => undefined,
        hold: () => Promise.resolve(),
        goOn: () => undefined,
      });
      const arrivals = await delivered;
      await source.stop();

      expect(arrivals.map(({ id, isOurs }) => [id, isOurs])).toEqual([['m1', true]]);
      const poll = asked.find(({ name }) => name === 'ReceiveMessage');
      expect(poll?.input).toMatchObject({ VisibilityTimeout: 30 });
    },
  );
});
