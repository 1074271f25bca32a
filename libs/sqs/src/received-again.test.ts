import { describe, expect, it } from '@jest/globals';
import type { SqsArrival } from './arrival.js';
import { fakeHealth } from './fake-health.fixture.js';
import { allDone, fakeClient, quiet } from './fake-client.fixture.js';
import { Queues } from './queues.js';
import { SqsSource } from './source.js';

const received = (receipt: string): object => ({
  Messages: [{ MessageId: 'm1', ReceiptHandle: receipt, Body: '{}', Attributes: {} }],
});

describe('a message that is received again while its delete is under way', () => {
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
    const delivered: SqsArrival[] = [];
    const source = new SqsSource({
      client,
      queues: new Queues({ client, configured: {}, createMissing: false, quiet }),
      channel: 'orders',
      endpoint: { system: 'sqs', destination: 'orders' },
      waitTime: 1_000,
      visibility: 30_000,
      quiet,
      health: fakeHealth().health,
    });
    await source.start({
      room: () => 10,
      onRoom: () => undefined,
      deliver: (arrivals) => delivered.push(...arrivals),
      drop: () => undefined,
      hold: () => Promise.resolve(),
      goOn: () => undefined,
    });
    await new Promise(setImmediate);
    const [arrival] = delivered;
    if (arrival === undefined) throw new Error('nothing was delivered');

    const settled = source.settle([{ arrival, outcome: { kind: 'ack', as: 'done' } }]);
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
