import type { Message } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { headersFrom, valuesOf } from '#base';
import { headersOf } from './attributes.js';
import { restoreAttributes, showHeaders, writeDetails } from './message-details.js';

type Attributes = NonNullable<Message['MessageAttributes']>;
type Attribute = Attributes[string];

const custom = (kind: string): fc.Arbitrary<string> =>
  fc.constantFrom(kind, `${kind}.int`, `${kind}.png`, `${kind}.x.y`);
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

const anyAttribute: fc.Arbitrary<Attribute> = fc.oneof(
  fc.record({ DataType: custom('String'), StringValue: text }),
  fc.record({ DataType: custom('Number'), StringValue: fc.integer().map(String) }),
  fc.record({
    DataType: custom('Binary'),
    BinaryValue: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      text.map((one) => Buffer.from(one)),
    ),
  }),
);

const anyAttributes: fc.Arbitrary<Attributes> = fc.dictionary(
  fc.oneof(
    fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/),
    fc.constantFrom('constructor', 'toString'),
  ),
  anyAttribute,
  { maxKeys: 10, noNullPrototype: true },
);

/** Kafka stores bytes only. */
const storedByKafka = (attributes: Attributes): ReturnType<typeof headersFrom> =>
  headersFrom(
    Object.entries(headersOf(attributes)).flatMap(([name, value]) =>
      valuesOf(value).map((one) => [name, Buffer.from(one)] as const),
    ),
  );

describe('the details of a message', () => {
  it('restore its attributes with their types, and its X-Ray context', () => {
    fc.assert(
      fc.property(anyAttributes, fc.option(text, { nil: undefined }), (attributes, xray) => {
        const details = writeDetails(attributes, xray);

        const restored = restoreAttributes(storedByKafka(attributes), details);

        expect(restored).toEqual({ attributes, xray });
        expect(showHeaders(storedByKafka(attributes), details)).toEqual(headersOf(attributes));
      }),
      { seed: 14, numRuns: 1_000 },
    );
  });

  it('are not written if all attributes are plain text', () => {
    expect(writeDetails({ a: { DataType: 'String', StringValue: 'b' } }, undefined)).toBe(
      undefined,
    );
  });

  it('are derived from the bytes if an earlier version has stored none', () => {
    const headers = headersFrom([
      ['word', Buffer.from('ünïcödé')],
      ['bytes', Buffer.from([0, 255])],
    ]);

    expect(restoreAttributes(headers, undefined).attributes).toEqual({
      word: { DataType: 'String', StringValue: 'ünïcödé' },
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
    });
  });

  it.each(['{"v":2}', '{}', 'x', '{"v":1,"types":{"a":"Number"}}', 'null'])(
    'are refused if they are broken or from a later version: %s',
    (details) => {
      expect(() => restoreAttributes(headersFrom([]), details)).toThrow(
        expect.objectContaining({ code: 'TL_SQS_LETTER_UNREADABLE', errorClass: 'refused' }),
      );
    },
  );

  it.each([
    ['an empty value', headersFrom([['a', '']])],
    ['several values', headersFrom([['a', 'b'], ['a', 'c']])], // prettier-ignore
    ['an odd name', headersFrom([['a b', 'c']])],
    ['a name that has a meaning in JavaScript', headersFrom([['__proto__', 'c']])],
  ])('are refused if the headers have %s', (_, headers) => {
    expect(() => restoreAttributes(headers, undefined)).toThrow(
      expect.objectContaining({ code: 'TL_SQS_HEADER_INVALID', errorClass: 'refused' }),
    );
  });
});
