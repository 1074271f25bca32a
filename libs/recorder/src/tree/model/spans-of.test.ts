import { describe, expect, it } from '@jest/globals';
import { order, send, traceOf, transaction } from './sample-trace.fixture.js';
import { spansOf } from './spans-of.js';

describe('spansOf', () => {
  it('gives rows by their start, with exactly the fields of the JSON document', () => {
    const rows = spansOf(order);

    expect(rows.map(({ name, startMs }) => [startMs, name])).toEqual([
      [0, 'POST /orders'],
      [1.6, 'SQS SEND to my-order-queue'],
      [22.8, 'SQS RECEIVE from my-order-queue'],
      [30.2, 'Kafka SEND to order_events'],
      [36.2, 'Kafka RECEIVE from order_events'],
    ]);
    expect(rows[0]).toEqual({
      id: '000000000000000a',
      parentId: null,
      traceId: '0af7651916cd43dd8448eb211c80319c',
      service: 'order-service',
      name: 'POST /orders',
      type: 'request',
      subtype: null,
      action: null,
      kind: 'transaction',
      startMs: 0,
      durationMs: 5.1,
      outcome: 'success',
    });
    expect(rows[1]).toMatchObject({
      kind: 'span',
      type: 'messaging',
      subtype: 'sqs',
      action: 'send',
    });
  });

  it('puts a parent before the child that starts with it', () => {
    const child = send({ id: 'b', parent: 'a', name: 'child', at: [0, 2] });
    const parent = transaction({ id: 'a', name: 'parent', at: [0, 9] });
    expect(spansOf(traceOf(child, parent)).map(({ name }) => name)).toEqual(['parent', 'child']);
  });

  it('takes what agents may leave out', () => {
    const { timestamp: _, ...timeless } = send({ id: 'b', parent: 'a', name: 'x', at: [0, 2] });
    const bare = { ...timeless, start: 4.5, transaction_id: '000000000000000a', outcome: null };
    const rows = spansOf(traceOf(transaction({ id: 'a', name: 'parent', at: [7, 19] }), bare));
    expect(rows[1]).toMatchObject({ startMs: 4.5, outcome: 'unknown' });
  });

  it('gives nothing for nothing', () => {
    expect(spansOf(traceOf())).toEqual([]);
  });
});
