import { describe, expect, it } from '@jest/globals';
import type { SqsInbound } from '../messages/inbound-message.js';
import { allDone, fakeClient } from '../client/fake-client.fixture.js';
import { sinkTo, sqsSource } from './source.fixture.js';

const received = (receipt: string): object => ({
  Messages: [{ MessageId: 'm1', ReceiptHandle: receipt, Body: '{}', Attributes: {} }],
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
