import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseTracestate } from './tracestate.js';

describe('parseTracestate', () => {
  it.each([
    ['es=s:1', 'es=s:1'],
    [' es=s:1 ,\tvendor=x ', 'es=s:1,vendor=x'],
    ['a=1,,b=2', 'a=1,b=2'],
    ['tenant@vendor=1', 'tenant@vendor=1'],
    ['a=with space inside', 'a=with space inside'],
  ])('reads "%s" as "%s"', (value, expected) => {
    expect(parseTracestate(value)).toBe(expected);
  });

  it.each([
    '',
    '  ',
    ',',
    'novalue',
    'a=',
    '=1',
    'A=1',
    'a=1,a=2',
    'a=b=c',
    `${'k'.repeat(257)}=1`,
    `a=${'v'.repeat(257)}`,
    Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(','),
  ])('drops "%s" whole', (value) => {
    expect(parseTracestate(value)).toBeUndefined();
  });

  it('never throws, and reads back what it made', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const once = parseTracestate(text);
        if (once !== undefined) expect(parseTracestate(once)).toBe(once);
      }),
    );
  });
});
