import { describe, expect, it } from '@jest/globals';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Publisher } from 'throughline';
import { avro, bytes, json, text, type Codec, type SchemaRegistry } from 'throughline/codecs';
import { topic } from 'throughline/kafka';
import { queue } from 'throughline/sqs';

/*
 * The compiler is the test here, as in types.test.ts: a line under "@ts-expect-error" that compiles is an error.
 */

interface Order {
  readonly order_id: string;
  readonly quantity: number;
}

function schema<T>(): StandardSchemaV1<T> {
  const validate = (value: unknown): { value: T } => ({ value: value as T });
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

const int32: Codec<number> = {
  name: 'int32',
  encode: (value) => Buffer.from(Int32Array.of(value).buffer),
  decode: (raw) => Buffer.from(raw).readInt32LE(),
};
const orders = topic('orders', { schema: schema<Order>(), key: ({ order_id }) => order_id });
const numbered = topic('numbered', {
  schema: schema<Order>(),
  key: ({ quantity }) => quantity,
  keyCodec: int32,
});
const compacted = topic('compacted', {
  schema: schema<Order>(),
  key: ({ quantity }) => quantity,
  keyCodec: int32,
  codec: json(),
  tombstones: true,
});

export const channels = (registry: SchemaRegistry): readonly unknown[] => [
  topic('a', { schema: schema<string>(), codec: text() }),
  queue('b', { schema: schema<Uint8Array>(), codec: bytes() }),
  topic('c', { schema: schema<Order>(), codec: avro(registry) }),
  // @ts-expect-error text() writes strings only
  topic('d', { schema: schema<Order>(), codec: text() }),
  // @ts-expect-error bytes() writes bytes only
  queue('e', { schema: schema<Order>(), codec: bytes() }),
  // @ts-expect-error the key function returns what the codec of the keys writes
  topic('f', { schema: schema<Order>(), key: (order) => order.order_id, keyCodec: int32 }),
  // @ts-expect-error the keys of queues are groups, which are text
  queue('g', { schema: schema<Order>(), keyCodec: text() }),
];

export const publishes = (publisher: Publisher, order: Order): readonly unknown[] => [
  publisher.publish(orders, order, { key: 'a' }),
  publisher.publish(numbered, order, { key: 5 }),
  publisher.publish(compacted, null, { key: 5 }),
  // @ts-expect-error the topic's keys are numbers
  publisher.publish(numbered, order, { key: 'a' }),
  // @ts-expect-error the topic's keys are texts
  publisher.publish(orders, order, { key: 5 }),
];

describe('a channel with codecs', () => {
  it('has the key function that it was declared with', () => {
    expect(numbered.key?.({ order_id: '1', quantity: 5 })).toBe(5);
  });
});
