import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeBinaryTraceparent, encodeBinaryTraceparent } from './binary-traceparent.js';

// The vector of elastic/apm, specs/agents/tracing-distributed-tracing.md.
const TEXT = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01';
const HEX = '00000af7651916cd43dd8448eb211c80319c0100f067aa0ba902b70201';

describe('the binary traceparent', () => {
  it('is written as Elastic’s specification has it', () => {
    expect(Buffer.from(encodeBinaryTraceparent(TEXT) ?? []).toString('hex')).toBe(HEX);
  });

  it('is read as Elastic’s specification has it', () => {
    expect(decodeBinaryTraceparent(Buffer.from(HEX, 'hex'))).toBe(TEXT);
  });

  it.each([
    ['too short', HEX.slice(2)],
    ['too long', `${HEX}00`],
    ['another version', `01${HEX.slice(2)}`],
    ['a field that is not the trace id', `0001${HEX.slice(4)}`],
    ['a trace id of zeros', `0000${'0'.repeat(32)}${HEX.slice(36)}`],
    ['nothing', ''],
  ])('is refused with %s', (_, hex) => {
    expect(decodeBinaryTraceparent(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  it('is not written for what is no traceparent', () => {
    expect(encodeBinaryTraceparent('00-nonsense')).toBeUndefined();
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 40 }), (bytes) => {
        const text = decodeBinaryTraceparent(bytes);
        if (text !== undefined) {
          expect(decodeBinaryTraceparent(encodeBinaryTraceparent(text) ?? bytes)).toBe(text);
        }
      }),
    );
  });
});
