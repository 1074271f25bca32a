import { describe, expect, it } from '@jest/globals';
import { parentOf } from './parent-of.js';
import { parseTraceparent } from './formats/traceparent.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('parentOf', () => {
  it('is what the reader of the message has kept', () => {
    const parent = parseTraceparent(traceparent);

    expect(parentOf({ traceparent, parent })).toBe(parent);
  });

  it('takes the traceparent apart where its reader has kept nothing', () => {
    expect(parentOf({ traceparent })).toEqual(parseTraceparent(traceparent));
  });

  it('is nothing where the message brought no context', () => {
    expect(parentOf({})).toBeUndefined();
  });
});
