import fc from 'fast-check';
import { headersFrom, valuesOf, type Headers, type HeaderValue } from 'throughline';
import type { ForeignMessage } from './packed-message.js';

const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

const utf8 = (text: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> =>
  text.map((one) => Buffer.from(one));

/** Text as people write it, with what SQS refuses: controls, U+FFFE, emoji for some servers. */
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

/** Up to fourteen headers, some with a name that came before. */
const anyHeaders: fc.Arbitrary<Headers> = fc
  .array(fc.tuple(headerName, headerValue), { maxLength: 14 })
  .map((entries) => headersFrom(entries));

/** Whatever Kafka may bring. */
export const anyForeignMessage: fc.Arbitrary<ForeignMessage> = fc.record({
  key: anyKey,
  raw: anyValue,
  headers: anyHeaders,
});

const hex = (value: HeaderValue): string => Buffer.from(value).toString('hex');

/** A message for comparison. */
export interface Plain {
  readonly key: string | null;
  readonly raw: string | null;
  readonly headers: readonly (readonly [name: string, values: readonly string[]])[];
}

/** Byte for byte; headers by name, in whatever order. */
export const plainly = ({ key, raw, headers }: ForeignMessage): Plain => ({
  key: key && hex(key),
  raw: raw && hex(raw),
  headers: Object.entries(headers)
    .map(([name, value]) => [name, valuesOf(value).map(hex)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1)),
});
