import { describe, expect, it } from '@jest/globals';
import { anyJson } from 'throughline/transport';
import { queue } from '../channel.js';
import { groupOf } from './group.js';

const FIFO = { name: 'orders.fifo', isFifo: true };
const channel = queue('orders', { schema: anyJson });
const hostile: unknown = {
  toString: () => {
    throw new Error('never called');
  },
};
/** An id may have any type if the publisher uses JavaScript. */
const anything = (value: unknown): string => value as string;

describe('groupOf', () => {
  it('uses the key as the group', () => {
    expect(
      groupOf(FIFO, {
        channel,
        key: 'order-7',
        terms: { delay: undefined, deduplicationId: 'd1' },
      }),
    ).toEqual({
      MessageGroupId: 'order-7',
      MessageDeduplicationId: 'd1',
    });
  });

  it('reports a missing group', () => {
    expect(() => groupOf(FIFO, { channel, key: null })).toThrow(
      expect.objectContaining({ code: 'TL_SQS_GROUP_MISSING' }),
    );
  });

  it.each([
    ['a number', 5],
    ['an object', {}],
    ['an object that throws when it is converted to text', hostile],
    ['a list of text', ['a']],
    ['a symbol', Symbol('s')],
    ['an empty text', ''],
    ['a space', 'a b'],
    ['129 characters', 'x'.repeat(129)],
  ])('refuses a key and a deduplication id that is %s, with a code', (_, value) => {
    const id = anything(value);

    for (const message of [
      { key: id },
      { key: 'a', terms: { delay: undefined, deduplicationId: id } },
    ]) {
      expect(() => groupOf(FIFO, { channel, ...message })).toThrow(
        expect.objectContaining({ code: 'TL_SQS_GROUP_INVALID' }),
      );
    }
  });

  it('shows a refused key escaped', () => {
    expect(() => groupOf(FIFO, { channel, key: 'a\n\u001b[31m' })).toThrow('"a\\u000a\\u001b[31m"');
  });
});
