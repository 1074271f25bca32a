import { describe, expect, it } from '@jest/globals';
import { KafkaInbound, type Order } from './inbound-message.js';
import type { Partition } from './partition.js';
import { aPartition } from './partition.fixture.js';

const inboundOf = (
  key: Uint8Array | null,
  {
    offset = 0,
    order = 'key',
    of = aPartition(),
  }: { readonly offset?: number; readonly order?: Order; readonly of?: Partition } = {},
): KafkaInbound =>
  new KafkaInbound(
    { offset, key, value: null, headers: {}, timestamp: 0, leaderEpoch: 0 },
    of,
    0,
    order,
    'audit',
  );

const laneOf = (...given: Parameters<typeof inboundOf>): string => inboundOf(...given).lane;

describe('the lane of a record', () => {
  it.each<[string, Uint8Array, Uint8Array]>([
    ['two keys of one byte each', Buffer.from([0xff]), Buffer.from([0xfe])],
    [
      'a key that is not text, and the text that it decodes to',
      Buffer.from([0xff]),
      Buffer.from('\ufffd'),
    ],
    [
      'keys that differ in a truncated last character',
      Buffer.from([0x61, 0xc3]),
      Buffer.from([0x61, 0xe2]),
    ],
    ['surrogates in bytes', Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0xed, 0xa0, 0x81])],
  ])('is never shared by different keys: %s', (_, one, other) => {
    expect(laneOf(one)).not.toBe(laneOf(other));
    expect(laneOf(one)).toBe(laneOf(Buffer.from(one), { offset: 1 }));
  });

  it('of a key that is text is the text, even with the replacement character', () => {
    expect(laneOf(Buffer.from('order-1'))).toBe('order-1');
    expect(laneOf(Buffer.from('a\ufffdb'))).toBe('a\ufffdb');
  });

  it('of a record without a key is its own, whatever keys other records have', () => {
    const without = laneOf(null, { offset: 5 });

    expect(without).not.toBe(laneOf(null, { offset: 6 }));
    for (const key of [without, '\u0000#5', '#5', '5', ''].map((text) => Buffer.from(text))) {
      expect(laneOf(key)).not.toBe(without);
    }
  });

  it('is one per partition, or one per record, if the order says so', () => {
    expect(laneOf(Buffer.from('a'), { order: 'partition' })).toBe(
      laneOf(null, { order: 'partition' }),
    );
    expect(laneOf(Buffer.from('a'), { order: 'none', offset: 1 })).not.toBe(
      laneOf(Buffer.from('a'), { order: 'none', offset: 2 }),
    );
  });
});

describe('a record as an inbound message', () => {
  it('has the bytes of its key besides the text', () => {
    const { key, rawKey } = inboundOf(Buffer.from([0xff]));

    expect(key).toBe('\ufffd');
    expect(rawKey).toEqual(Buffer.from([0xff]));
  });

  it('is ours until its partition is revoked', () => {
    const of = aPartition();
    const inbound = inboundOf(null, { of });
    expect(inbound.isOurs).toBe(true);

    of.leave();

    expect(inbound.isOurs).toBe(false);
  });
});
