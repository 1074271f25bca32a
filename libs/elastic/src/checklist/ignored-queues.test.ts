import { afterEach, describe, expect, it } from '@jest/globals';
import { parseTraceparent } from 'throughline/tracing';
import { done, run, sqsMessage, toKafka } from '../recording/recording.fixture.js';
import { onlyTransaction, recordings } from './recordings.fixture.js';

describe('queues and topics that the agent ignores', () => {
  const recording = recordings(afterEach);

  it.each(['my-order-queue', 'my-*', '*QUEUE', '*'])(
    'row 28: a message from one that %s names has no transaction, nor has a batch',
    async (pattern) => {
      const recorded = await recording({ ignoreMessageQueues: ['other', pattern] });
      const other = recorded.tracer.process({ ...sqsMessage, destination: 'orders' }, run);

      const single = recorded.tracer.process(sqsMessage, run);
      const batch = recorded.tracer.processBatch([sqsMessage], run);
      const inside = other.run(() =>
        [single, batch].map((work) =>
          work.run(() => [recorded.tracer.current(), recorded.tracer.send(toKafka).traceparent]),
        ),
      );
      single.end({ failed: true, error: new Error('out of stock') });
      batch.end(done);

      expect([single.ids, batch.ids]).toEqual([undefined, undefined]);
      expect(inside).toEqual(Array(2).fill([undefined, undefined]));
      expect(await recorded.sent()).toEqual({ transactions: [], spans: [], errors: [] });
    },
  );

  it('row 28: a pattern that asks for the same case is held to it', async () => {
    const recorded = await recording({ ignoreMessageQueues: ['(?-i)MY-*'] });

    recorded.tracer.process(sqsMessage, run).end(done);

    expect((await onlyTransaction(recorded)).name).toBe('SQS RECEIVE from my-order-queue');
  });

  // No gap in the trace: who reads the message there hangs from the transaction.
  it('row 28: a send to one has no span, and the message names the transaction', async () => {
    const recorded = await recording({ ignoreMessageQueues: ['order_*'] });
    const work = recorded.tracer.process(sqsMessage, run);

    const sending = work.run(() => recorded.tracer.send(toKafka));
    sending.end(new Error('no leader'));
    work.end(done);

    expect(parseTraceparent(sending.traceparent ?? '')?.parentId).toBe(work.ids?.spanId);
    expect(sending.tracestate).toBe('es=s:1');
    expect((await recorded.sent()).spans).toEqual([]);
  });
});
