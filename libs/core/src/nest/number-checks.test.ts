import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { topic } from 'throughline/kafka';
import type { AnyHandlerOptions } from '../handler/handler-definition.js';
import { numberMistakes } from './number-checks.js';

const mistakesWith = (options: AnyHandlerOptions): readonly string[] =>
  numberMistakes({
    name: 'Orders.process',
    channel: topic('orders', { schema: z.unknown() }),
    options,
  }).map(({ code, message }) => `${code} ${message}`);

const text = '5' as unknown as number;

describe('The numbers of a handler', () => {
  it.each([
    ['none', {}],
    ['whole ones', { concurrency: 1, laneLimit: 1_000, batch: { size: 10, within: '1s' } }],
    ['a limit that nothing reaches', { laneLimit: Infinity }],
  ] as const)('are fine: %s', (_, options) => {
    expect(mistakesWith(options)).toEqual([]);
  });

  it.each([
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: NaN }],
    ['concurrency', { concurrency: text }],
    ['concurrency', { concurrency: 1.5 }],
    ['laneLimit', { laneLimit: -1 }],
    ['batch.size', { batch: { size: NaN, within: '1s' } }],
  ] as const)('are refused at the start where nothing would run: %s, %o', (option, options) => {
    expect(mistakesWith(options)).toEqual([
      expect.stringMatching(`^TL_OPTION_INVALID ${option} of Orders.process is a whole number`),
    ]);
  });
});
