import { describe, expect, it } from '@jest/globals';
import { parentOf } from './parent-of.js';
import { parseTraceparent } from './traceparent.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('parentOf', () => {
  it('returns what the transport has parsed', () => {
    const parent = parseTraceparent(traceparent);

    expect(parentOf({ traceparent, parent })).toBe(parent);
  });

  it('parses the traceparent if the transport has not', () => {
    expect(parentOf({ traceparent })).toEqual(parseTraceparent(traceparent));
  });

  it('returns undefined if the message has no context', () => {
    expect(parentOf({})).toBeUndefined();
  });
});
