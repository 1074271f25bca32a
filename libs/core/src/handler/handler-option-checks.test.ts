import { describe, expect, it } from '@jest/globals';
import { exponential } from '#base';
import { topic } from 'throughline/kafka';
import { z } from 'zod';
import { memoryStore } from '../idempotency/memory-store.js';
import { handlerOf } from '../handler/handler.fixture.js';
import { handlerOptionErrors } from './handler-option-checks.js';

const orders = topic('orders', { schema: z.unknown() });

const key = (): string => '1';

/** Plain JavaScript gives anything. */
const errorsWith = (options: object): readonly string[] =>
  handlerOptionErrors(handlerOf(orders, options)).map(({ code, message }) => `${code} ${message}`);

describe('The options of a handler', () => {
  it.each([
    ['none', {}],
    ['whole numbers', { concurrency: 1, laneLimit: 1_000, batch: { size: 10, within: '1s' } }],
    ['a limit that nothing reaches', { laneLimit: Infinity }],
    ['those of its transport', { group: 'audit', order: 'key' }],
    [
      'all of them',
      {
        name: 'process-order',
        retry: { attempts: 3, backoff: exponential('1s', '5m'), crashAttempts: 0 },
        deadLetter: topic('failed', { schema: z.unknown() }),
        timeout: '5m',
        grace: '0s',
        onBlocked: 'pause',
        trace: 'link',
        idempotent: {
          key,
          ttl: '1h',
          store: memoryStore(),
          onUnavailable: 'retry',
          lease: '1s',
        },
        when: () => true,
        unmatched: 'ack',
      },
    ],
    ['an option that is undefined', { concurrency: undefined, nope: undefined }],
  ])('are accepted: %s', (_, options) => {
    expect(errorsWith(options)).toEqual([]);
  });

  const wrong = [0, -1, 1.5, NaN, '5', true, null, {}, [], () => 1, Symbol('s'), 1n];
  it.each([
    ['name', ['', 5, null, {}]],
    ['enabled', ['no', 0, null]],
    ['concurrency', wrong],
    ['retry', [5, 'often', null, []]],
    ['deadLetter', ['dlq', 5, null, {}]],
    ['timeout', [5, '5', '-1s', '5 minutes', null, {}]],
    ['grace', [5, '-1s', null]],
    ['laneLimit', wrong],
    ['onBlocked', ['stop', 5, null]],
    ['trace', ['both', 5, null]],
    ['idempotent', ['id', 5, null]],
    ['batch', [10, '10', null]],
    ['when', [true, 'x', null, {}]],
  ] as const)('are refused at the start where %s cannot work', (option, values) => {
    for (const value of values) {
      expect(errorsWith({ [option]: value })).toContainEqual(
        expect.stringMatching(`^TL_OPTION_INVALID ${option} of Orders\\.process must be `),
      );
    }
  });

  it.each([
    ['batch.size', { batch: { size: NaN, within: '1s' } }],
    ['batch.within', { batch: { size: 10, within: 50 } }],
    ['retry.backoff', { retry: { backoff: '1s' } }],
    ['retry.attempts', { retry: { attempts: 0 } }],
    ['retry.crashAttempts', { retry: { crashAttempts: -1 } }],
    ['idempotent.key', { idempotent: { key: 'order_id' } }],
    ['idempotent.ttl', { idempotent: { key, ttl: 5 } }],
    ['idempotent.lease', { idempotent: { key, lease: '5' } }],
    ['idempotent.store', { idempotent: { key, store: 'redis' } }],
    ['idempotent.onUnavailable', { idempotent: { key, onUnavailable: 'wait' } }],
  ])('are refused where %s cannot work', (option, options) => {
    expect(errorsWith(options)).toEqual([expect.stringContaining(option)]);
  });

  it('are refused where nothing reads them, with those that there are', () => {
    expect(errorsWith({ concurency: 5 })).toEqual([
      expect.stringMatching(
        /^TL_OPTION_UNKNOWN "concurency" is not an option .* concurrency, .* group, order\.$/,
      ),
    ]);
  });

  it.each([
    ['batch and when', { batch: { size: 1, within: '1s' }, when: () => true }],
    ['unmatched without when', { unmatched: 'ack' }],
  ])('are refused where they contradict each other: %s', (_, options) => {
    expect(errorsWith(options)).toHaveLength(1);
  });
});
