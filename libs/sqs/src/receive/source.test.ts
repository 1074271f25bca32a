import { describe, expect, it } from '@jest/globals';
import type { SqsInbound } from '../messages/inbound-message.js';
import { allDone, fakeClient } from '../client/fake-client.fixture.js';
import { sinkTo, sqsSource } from './source.fixture.js';

const received = (receipt: string): object => ({
  Messages: [{ MessageId: 'm1', ReceiptHandle: receipt, Body: '{}', Attributes: {} }],
});

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

describe('a message that is received again during its delete', () => {
  it('does not run again, and is deleted by its new receipt', async () => {
    const firstDelete = Promise.withResolvers<object>();
    const secondReceive = Promise.withResolvers<object>();
    const receives = [received('old'), secondReceive.promise];
    const deletes = [firstDelete.promise];
    const { client, asked } = fakeClient(({ name, input }) => {
      if (name === 'GetQueueUrl') return { QueueUrl: 'url' };
      if (name === 'ReceiveMessage') return receives.shift() ?? new Promise(() => undefined);
      return name === 'DeleteMessageBatch' ? (deletes.shift() ?? allDone({ input })) : {};
    });
    const delivered: SqsInbound[] = [];
    const source = sqsSource({ client });
    await source.start(sinkTo((inbounds) => delivered.push(...inbounds)));
    await new Promise(setImmediate);
    const [inbound] = delivered;
    if (inbound === undefined) throw new Error('nothing was delivered');

    const settled = source.settle([{ inbound, outcome: { kind: 'ack', as: 'done' } }]);
    secondReceive.resolve(received('new'));
    await new Promise(setImmediate);
    firstDelete.resolve({ Successful: [{ Id: '0' }] });
    await settled;
    await source.stop();

    const receipts = asked
      .filter(({ name }) => name === 'DeleteMessageBatch')
      .map(({ input: { Entries } }) => Entries);
    expect(delivered).toHaveLength(1);
    expect(receipts).toEqual([
      [{ Id: '0', ReceiptHandle: 'old' }],
      [{ Id: '0', ReceiptHandle: 'new' }],
    ]);
  });
});
