import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setImmediate as aTurn } from 'node:timers/promises';
import { ThroughlineError } from '#base';
import { NO_HEADERS } from '#base';
import { checkedHeaders, checkedKey } from './outbound-checks.js';

const codeOf = (check: () => unknown): string | undefined => {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof ThroughlineError ? error.code : String(error);
  }
};

const RUNS = { numRuns: 1_000, seed: 14 };
const anything = fc.anything({ withBigInt: true, withDate: true, withTypedArray: true });

describe('checkedKey', () => {
  it('takes text, and nothing where there is none', () => {
    expect(['a', '', undefined, null].map((key) => checkedKey('orders', key))).toEqual([
      'a',
      '',
      null,
      null,
    ]);
  });

  it('refuses a promise, and is not ended by one that rejects', async () => {
    const key = Promise.reject(new Error('no key'));

    expect(codeOf(() => checkedKey('orders', key))).toBe('TL_KEY_INVALID');

    await aTurn(); // an unhandled rejection would fail this test
  });

  it('refuses whatever else there is, with a code that names no contents', () => {
    fc.assert(
      fc.property(anything, (key) => {
        fc.pre(key !== undefined && key !== null);
        const isText = typeof key === 'string' && key.isWellFormed();
        expect(codeOf(() => checkedKey('orders', key))).toBe(isText ? undefined : 'TL_KEY_INVALID');
      }),
      RUNS,
    );
  });
});

describe('checkedHeaders', () => {
  it('takes text, bytes and lists of these, and leaves out what is undefined', () => {
    const bytes = Uint8Array.from([0, 255]);

    const headers = checkedHeaders({ text: 'a', bytes, list: ['a', bytes], none: undefined });

    expect({ ...headers }).toEqual({ text: 'a', bytes, list: ['a', bytes] });
    expect(checkedHeaders(undefined)).toBe(NO_HEADERS);
  });

  it('takes its own names only, whatever they are', () => {
    const headers = checkedHeaders(JSON.parse('{"__proto__":"a","constructor":"b"}'));

    expect(Object.keys(headers)).toEqual(['__proto__', 'constructor']);
    expect(headers.__proto__).toBe('a');
  });

  it('refuses every other value, with a code', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anything), (given) => {
        const code = codeOf(() => checkedHeaders(given));
        expect([undefined, 'TL_HEADER_INVALID']).toContain(code);
        if (code !== undefined) return;
        for (const value of Object.values(checkedHeaders(given)).flat()) {
          expect(typeof value === 'string' || value instanceof Uint8Array).toBe(true);
        }
      }),
      RUNS,
    );
  });
});
