import type { Message } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { headersFrom, type Headers } from '#base';
import { attributesIn, attributesOf, headersOf } from './attributes.js';

describe('headersOf', () => {
  it('reads text, numbers as text, and bytes', () => {
    const bytes = Uint8Array.of(1, 2);

    expect(
      headersOf({
        tenant: { DataType: 'String', StringValue: 'acme' },
        count: { DataType: 'Number', StringValue: '42' },
        token: { DataType: 'Binary', BinaryValue: bytes },
      }),
    ).toEqual({ tenant: 'acme', count: '42', token: bytes });
  });

  it('returns no headers for no attributes', () => {
    expect(headersOf(attributesIn({}))).toEqual({});
  });
});

describe('a message with an attribute that the client reads without its value', () => {
  it('has all other attributes, whatever their names', () => {
    const text = (value: string): object => ({ DataType: 'String', StringValue: value });
    // How the client reads an attribute called `__proto__`.
    const received = Object.create(null, {
      ['__proto__']: { value: undefined, enumerable: true },
      constructor: { value: text('c'), enumerable: true },
      toString: { value: text('t'), enumerable: true },
    }) as NonNullable<Message['MessageAttributes']>;

    const attributes = attributesIn({ MessageAttributes: received });

    expect(Object.entries(headersOf(attributes))).toEqual([
      ['constructor', 'c'],
      ['toString', 't'],
    ]);
    expect(Object.getPrototypeOf(headersOf(attributes))).toBeNull();
    expect(Object.getPrototypeOf(attributes)).toBeNull();
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
    expect(() => attributesOf(headers(11))).toThrow(
      'it has 11 headers, but SQS accepts at most 10',
    );
  });

  it.each(['tenant', 'x-tenant', 'x_tenant', 'a.b', 'AWSTraceHeader', 'x'.repeat(256)])(
    'takes "%s" as a name',
    (name) => {
      expect(Object.keys(attributesOf({ [name]: 'x' }))).toEqual([name]);
    },
  );

  it.each(['', '.a', 'a.', 'a..b', 'a b', 'ä', 'AWS.x', 'amazon.x', 'x'.repeat(257)])(
    'refuses "%s" as a name',
    (name) => {
      expect(() => attributesOf({ [name]: 'x' })).toThrow('is not a valid attribute name');
    },
  );

  it.each([
    ['an empty value', '', 'is empty'],
    ['no bytes', new Uint8Array(), 'is empty'],
    ['a control character', 'a\u0000b', 'characters that SQS does not accept'],
    ['half a character', '\ud83d', 'characters that SQS does not accept'],
    ['several values', ['a', 'b'], 'has several values'],
  ])('refuses %s', (_, value, reason) => {
    expect(() => attributesOf({ tenant: value })).toThrow(reason);
    expect(() => attributesOf({ tenant: value })).toThrow(
      expect.objectContaining({ code: 'TL_SQS_HEADER_INVALID' }),
    );
  });

  it.each([
    ['a number', 5],
    ['null', null],
    ['a boolean', true],
    ['a date', new Date(0)],
    ['an object', { length: 3 }],
    ['a list with a number', [7]],
    ['a list with null', [null]],
    ['a function', () => 'x'],
    ['a symbol', Symbol('s')],
  ])('refuses a header that is %s, with a code', (_, value) => {
    const headers = { tenant: value } as unknown as Headers;

    expect(() => attributesOf(headers)).toThrow(
      expect.objectContaining({ code: 'TL_SQS_HEADER_INVALID' }),
    );
  });

  it('takes names of inherited properties, and reads no headers from a prototype', () => {
    const headers = headersFrom([
      ['constructor', 'c'],
      ['toString', 't'],
    ]);
    const inherited = Object.create({ tenant: 'acme' }) as Headers;

    expect(Object.keys(attributesOf(headers))).toEqual(['constructor', 'toString']);
    expect(Object.keys(attributesOf(inherited))).toEqual([]);
  });

  it('refuses a name that the client would read without its value', () => {
    expect(() => attributesOf(headersFrom([['__proto__', 'x']]))).toThrow(
      'is not a valid attribute name',
    );
  });

  it('shows a refused name truncated and escaped', () => {
    const name = `a\n\u001b[31m${'x'.repeat(1_000)}`;

    expect(() => attributesOf({ [name]: 'x' })).toThrow(/"a\\u000a\\u001b\[31mx{1,300}…/);
  });

  it('takes line breaks, tabs and all of Unicode', () => {
    expect(attributesOf({ comment: 'a\tb\r\n😀' })).toEqual({
      comment: { DataType: 'String', StringValue: 'a\tb\r\n😀' },
    });
  });
});
