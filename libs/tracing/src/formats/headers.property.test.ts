import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BINARY_TRACEPARENT,
  decodeBinaryTraceparent,
  encodeBinaryTraceparent,
} from './binary-traceparent.js';
import { readContext } from './read-context.js';
import { formatTraceparent, parseTraceparent, type Traceparent } from './traceparent.js';
import { parseTracestate } from './tracestate.js';
import { formatXrayHeader, readXrayHeader } from './xray-header.js';

const hex = (bytes: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .filter((some) => some.some((byte) => byte !== 0))
    .map((some) => Buffer.from(some).toString('hex'));

const aContext: fc.Arbitrary<Traceparent> = fc.record({
  traceId: hex(16),
  parentId: hex(8),
  flags: fc.integer({ min: 0, max: 1 }),
});

/** What a sender that is nearly right sends: mere noise hardly ever gets beyond the first character. */
const damaged = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(text, fc.nat(200), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 }))
    .map(([whole, at, gone, instead]) => whole.slice(0, at) + instead + whole.slice(at + gone));

const KEYS = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/'.split('');
const VALUES = Array.from({ length: 0x7e - 0x21 + 1 }, (_, code) =>
  String.fromCharCode(0x21 + code),
).filter((character) => !',='.includes(character));

const aTracestate: fc.Arbitrary<string> = fc
  .uniqueArray(
    fc.tuple(
      fc.string({ unit: fc.constantFrom(...KEYS), maxLength: 20 }).map((rest) => `k${rest}`),
      fc.string({ unit: fc.constantFrom(...VALUES), minLength: 1, maxLength: 256 }),
    ),
    { minLength: 1, maxLength: 32, selector: ([key]) => key },
  )
  .map((members) => members.map((member) => member.join('=')).join(','));

const aBinary: fc.Arbitrary<Uint8Array> = aContext.map(
  (context) => encodeBinaryTraceparent(formatTraceparent(context)) ?? new Uint8Array(),
);

const damagedBytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(aBinary, fc.nat(28), fc.nat(255), fc.integer({ min: 27, max: 31 }))
  .map(([whole, at, byte, length]) => {
    const bytes = new Uint8Array(length);
    bytes.set(whole.subarray(0, length));
    bytes[at] = byte;
    return bytes;
  });

const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 64 }), damagedBytes);
const RUNS = { numRuns: 500 };

describe('whatever bytes a header has, nothing throws, and what is read is valid', () => {
  it('traceparent', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      damaged(aContext.map(formatTraceparent)),
      anyBytes.map((bytes) => Buffer.from(bytes).toString('utf8')),
    );

    fc.assert(
      fc.property(texts, (text) => {
        const read = parseTraceparent(text);
        if (read === undefined) return;
        expect(parseTraceparent(formatTraceparent(read))).toEqual({
          ...read,
          flags: read.flags & 1,
        });
      }),
      RUNS,
    );
  });

  it('tracestate', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), damaged(aTracestate)), (text) => {
        const read = parseTracestate(text);
        if (read === undefined) return;
        expect(parseTracestate(read)).toBe(read);
        expect(read).toMatch(/^[\x20-\x7e]+$/);
      }),
      RUNS,
    );
  });

  it('the binary header', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const read = decodeBinaryTraceparent(bytes);
        expect(read === undefined || parseTraceparent(read) !== undefined).toBe(true);
      }),
      RUNS,
    );
  });

  it('the X-Ray header', () => {
    fc.assert(
      fc.property(damaged(aContext.map(formatXrayHeader)), (text) => {
        const read = readXrayHeader(text);
        expect(read === undefined || parseTraceparent(read) !== undefined).toBe(true);
      }),
      RUNS,
    );
  });

  it('all headers of a message at once', () => {
    const anyValue = fc.oneof(
      anyBytes,
      damaged(aContext.map(formatTraceparent)),
      damaged(aTracestate),
      hex(16),
      hex(8),
    );
    const names = [
      'traceparent',
      'tracestate',
      BINARY_TRACEPARENT,
      'trace_parent',
      'trace_state',
      'trace_id',
      'span_id',
    ];
    const headers = fc.dictionary(fc.constantFrom(...names), anyValue);

    fc.assert(
      fc.property(headers, (given) => {
        const { traceparent, tracestate, malformed } = readContext((name) => given[name]);
        if (traceparent !== undefined) expect(parseTraceparent(traceparent)).toBeDefined();
        if (tracestate !== undefined) expect(parseTracestate(tracestate)).toBe(tracestate);
        expect(traceparent === undefined || malformed === undefined).toBe(true);
        expect(tracestate === undefined || traceparent !== undefined).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('what is written is read back the same', () => {
  it('traceparent, binary header and X-Ray header', () => {
    fc.assert(
      fc.property(aContext, (context) => {
        const text = formatTraceparent(context);
        expect(parseTraceparent(text)).toEqual(context);
        expect(decodeBinaryTraceparent(encodeBinaryTraceparent(text) ?? Buffer.alloc(0))).toBe(
          text,
        );
        expect(readXrayHeader(formatXrayHeader(context))).toBe(text);
      }),
      RUNS,
    );
  });

  it('tracestate, byte for byte', () => {
    fc.assert(
      fc.property(aTracestate, (text) => {
        expect(parseTracestate(text)).toBe(text);
      }),
      RUNS,
    );
  });
});
