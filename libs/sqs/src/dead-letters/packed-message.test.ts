import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { headersFrom, valuesOf, type Headers, type HeaderValue } from '#base';
import { isAttributeName, isText, MAX_ATTRIBUTES } from '../messages/attributes.js';
import { pack, PACKED, packSmall, unpack, type ForeignMessage } from './packed-message.js';

const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

const utf8 = (text: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> =>
  text.map((one) => Buffer.from(one));

/** Text, with characters that SQS refuses: controls, U+FFFE; and emoji, which some servers refuse. */
const text = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.constantFrom('\u0000', 'a\u001b[31mb', '\ufffe', '🦉', '\ufeffwith a mark', '(empty)', ' '),
);

const anyKey = fc.option(fc.oneof(utf8(text), bytes(40)), { nil: null });

const anyValue = fc.option(
  fc.oneof(utf8(fc.json()), utf8(text), bytes(3_000), fc.constant(Buffer.alloc(0))),
  { nil: null },
);

const headerName = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    ...['__proto__', 'constructor', 'toString', 'throughline-packed', 'traceparent', 'tracestate'],
    ...['AWS.x', 'a..b', 'ends.', 'with space', 'line\nbreak', 'x'.repeat(300)],
  ),
);

const headerValue: fc.Arbitrary<HeaderValue> = fc.oneof(utf8(text), bytes(40));

/** Up to fourteen headers, some with the same name. */
const anyHeaders: fc.Arbitrary<Headers> = fc
  .array(fc.tuple(headerName, headerValue), { maxLength: 14 })
  .map((entries) => headersFrom(entries));

/** Any message of Kafka. */
const anyForeignMessage: fc.Arbitrary<ForeignMessage> = fc.record({
  key: anyKey,
  raw: anyValue,
  headers: anyHeaders,
});

const hex = (value: HeaderValue): string => Buffer.from(value).toString('hex');

/** A message in a form that can be compared. */
interface Plain {
  readonly key: string | null;
  readonly raw: string | null;
  readonly headers: readonly (readonly [name: string, values: readonly string[]])[];
}

/** Byte for byte, with headers sorted by name. */
const plainly = ({ key, raw, headers }: ForeignMessage): Plain => ({
  key: key && hex(key),
  raw: raw && hex(raw),
  headers: Object.entries(headers)
    .map(([name, value]) => [name, valuesOf(value).map(hex)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1)),
});

const RUNS = { seed: 14, numRuns: 1_000 };

const message = (some: Partial<ForeignMessage> = {}): ForeignMessage => ({
  key: Buffer.from('order-7'),
  raw: Buffer.from('{"id":7}'),
  headers: headersFrom([['tenant', Buffer.from('a')]]),
  ...some,
});

const many = (count: number): Headers =>
  headersFrom(
    Array.from({ length: count }, (_, at) => [`header-${at}`, Buffer.from(`value ${at}`)]),
  );

const cause = { 'dead-letter': { DataType: 'String', StringValue: '{"reason":"exhausted"}' } };

/** Restores a packed message that has a cause beside its marker. */
function restored(packed: ReturnType<typeof pack>): ReturnType<typeof plainly> | undefined {
  const message = unpack(packed.body, { ...packed.attributes, ...cause });
  return message && plainly(message);
}

/** Whether SQS accepts it, with an attribute left for the cause. */
function isAccepted({ body, attributes }: ReturnType<typeof pack>): boolean {
  const entries = Object.entries(attributes);
  return (
    body.length > 0 &&
    isText(body) &&
    entries.length < MAX_ATTRIBUTES &&
    entries.every(
      ([name, { StringValue, BinaryValue }]) =>
        isAttributeName(name) &&
        (BinaryValue?.length ?? StringValue?.length ?? 0) > 0 &&
        isText(StringValue ?? ''),
    )
  );
}

describe('a packed message', () => {
  it('is accepted by SQS and restored byte for byte, whatever it contains', () => {
    fc.assert(
      fc.property(anyForeignMessage, (original) => {
        const packed = pack(original);

        expect(isAccepted(packed)).toBe(true);
        expect(restored(packed)).toEqual(plainly(original));
      }),
      RUNS,
    );
  });

  it('is restored byte for byte from its small form, too', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyForeignMessage.filter(({ raw }) => raw !== null),
        async (original) => {
          const packed = await packSmall(original);

          expect(packed && isAccepted(packed)).toBe(true);
          expect(packed && restored(packed)).toEqual(plainly(original));
        },
      ),
      RUNS,
    );
  });

  it('is readable if SQS accepts body and headers', () => {
    const { body, attributes } = pack(message());

    expect(body).toBe('{"id":7}');
    expect(attributes).toEqual({
      tenant: { DataType: 'String', StringValue: 'a' },
      [PACKED]: { DataType: 'String', StringValue: '{"v":1,"key":"order-7"}' },
    });
  });

  it.each([
    ['eleven headers', { headers: many(11) }],
    ['nine headers, which leave no attribute for the cause', { headers: many(9) }],
    ['an empty header', { headers: headersFrom([['empty', Buffer.alloc(0)]]) }],
    ['a repeated header', { headers: headersFrom([['hop', '1'], ['hop', '2']]) }], // prettier-ignore
    ['an invalid name', { headers: headersFrom([['with space', 'x']]) }],
    ['a header called __proto__', { headers: headersFrom([['__proto__', 'x']]) }],
    ['a header with the name of the marker', { headers: headersFrom([[PACKED, 'x']]) }],
  ])('has all its headers in the marker: %s', (_, some) => {
    const packed = pack(message(some));

    expect(Object.keys(packed.attributes)).toEqual([PACKED]);
    expect(restored(packed)).toEqual(plainly(message(some)));
  });

  it('has a readable trace beside packed headers', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = headersFrom([
      ...Object.entries(many(11)),
      ['traceparent', Buffer.from(traceparent)],
    ]);

    const { attributes } = pack(message({ headers }));

    expect(attributes.traceparent).toEqual({ DataType: 'String', StringValue: traceparent });
  });

  it.each([
    ['an empty body', Buffer.alloc(0), '(empty)'],
    ['a tombstone', null, '(tombstone)'],
    ['a body that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'Iv8i'],
    ['control characters', Buffer.from('a\u0000b'), 'YQBi'],
  ])('names the original body in its marker: %s', (_, raw, body) => {
    const packed = pack(message({ raw }));

    expect(packed.body).toBe(body);
    expect(restored(packed)).toEqual(plainly(message({ raw })));
  });

  it('is small in its small form, headers included', async () => {
    const headers = headersFrom([['large', Buffer.alloc(100_000, 'x')]]);
    const raw = Buffer.alloc(2_000_000, '{"id":7}');

    const packed = await packSmall(message({ raw, headers }));

    expect(packed?.body.length).toBeLessThan(10_000);
    expect(packed?.attributes[PACKED]?.StringValue?.length).toBeLessThan(1_000);
    expect(packed && restored(packed)).toEqual(plainly(message({ raw, headers })));
  });

  it('is recognized by its marker', () => {
    expect(unpack('{}', { tenant: { DataType: 'String', StringValue: 'a' } })).toBeUndefined();
  });

  it.each([
    ['of a later version', '{"v":2,"body":"zstd"}'],
    ['that is not JSON', 'v1'],
    ['that is something else', '"packed"'],
    ['with a field of another type', '{"v":1,"headers":{"a":"b"}}'],
    ['with a body that is not gzipped', '{"v":1,"body":"gzip"}'],
  ])('is refused if it has a marker %s', (_, StringValue) => {
    const attributes = { [PACKED]: { DataType: 'String', StringValue } };

    expect(() => unpack('body', attributes)).toThrow(
      expect.objectContaining({ code: 'TL_SQS_LETTER_UNREADABLE', errorClass: 'refused' }),
    );
  });

  it('is refused if its marker unpacks to more than any broker takes as headers', () => {
    const bomb = `{"v":1,"headers":[${'["",""],'.repeat(2_200_000)}["",""]]}`;
    const z = gzipSync(bomb).toString('base64');
    const StringValue = JSON.stringify({ v: 1, z });

    expect(() => unpack('body', { [PACKED]: { DataType: 'String', StringValue } })).toThrow(
      expect.objectContaining({ code: 'TL_SQS_LETTER_UNREADABLE' }),
    );
  });

  it('is not created if its marker would be refused when it is unpacked', async () => {
    const headers = headersFrom([['large', Buffer.alloc(17 * 1_024 * 1_024, 'x')]]);

    const packed = await packSmall(message({ raw: Buffer.from('{}'), headers }));

    expect(packed === undefined).toBe(true); // Jest would print all of it
  });
});
