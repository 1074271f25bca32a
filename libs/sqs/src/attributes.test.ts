import { describe, expect, it } from '@jest/globals';
import { attributesIn, attributesOf, headersOf } from './attributes.js';

describe('headersOf', () => {
  it('reads text, numbers as their text, and bytes', () => {
    const bytes = Uint8Array.of(1, 2);

    expect(
      headersOf({
        tenant: { DataType: 'String', StringValue: 'acme' },
        count: { DataType: 'Number', StringValue: '42' },
        token: { DataType: 'Binary', BinaryValue: bytes },
      }),
    ).toEqual({ tenant: 'acme', count: '42', token: bytes });
  });

  it('reads nothing as nothing', () => {
    expect(headersOf(attributesIn({}))).toEqual({});
  });
});

describe('attributesOf', () => {
  it('writes text as text and bytes as bytes', () => {
    const bytes = Uint8Array.of(1, 2);

    expect(attributesOf({ tenant: 'acme', token: bytes, one: ['only'] })).toEqual({
      tenant: { DataType: 'String', StringValue: 'acme' },
      token: { DataType: 'Binary', BinaryValue: bytes },
      one: { DataType: 'String', StringValue: 'only' },
    });
  });

  it('takes ten headers and no more', () => {
    const headers = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index}`, 'x']));

    expect(Object.keys(attributesOf(headers(10)))).toHaveLength(10);
    expect(() => attributesOf(headers(11))).toThrow('there are 11 headers, and SQS takes 10');
  });

  it.each(['tenant', 'x-tenant', 'x_tenant', 'a.b', 'AWSTraceHeader', 'x'.repeat(256)])(
    'takes "%s" for a name',
    (name) => {
      expect(Object.keys(attributesOf({ [name]: 'x' }))).toEqual([name]);
    },
  );

  it.each(['', '.a', 'a.', 'a..b', 'a b', 'ä', 'AWS.x', 'amazon.x', 'x'.repeat(257)])(
    'refuses "%s" as a name',
    (name) => {
      expect(() => attributesOf({ [name]: 'x' })).toThrow('is no name for an attribute');
    },
  );

  it.each([
    ['an empty value', '', 'is empty'],
    ['no bytes', new Uint8Array(), 'is empty'],
    ['a control character', 'a\u0000b', 'characters that SQS refuses'],
    ['half a character', '\ud83d', 'characters that SQS refuses'],
    ['several values', ['a', 'b'], 'has several values'],
  ])('refuses %s', (_, value, reason) => {
    expect(() => attributesOf({ tenant: value })).toThrow(reason);
    expect(() => attributesOf({ tenant: value })).toThrow(
      expect.objectContaining({ code: 'TL_SQS_HEADER_INVALID' }),
    );
  });

  it('takes line breaks, tabs and all of Unicode', () => {
    expect(attributesOf({ note: 'a\tb\r\n😀' })).toEqual({
      note: { DataType: 'String', StringValue: 'a\tb\r\n😀' },
    });
  });
});
