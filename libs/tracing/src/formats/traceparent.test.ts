import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatTraceparent, parseTraceparent } from './traceparent.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const aTraceparent = fc
  .tuple(
    fc.stringMatching(/^[0-9a-f]{32}$/).filter((id) => !/^0+$/.test(id)),
    fc.stringMatching(/^[0-9a-f]{16}$/).filter((id) => !/^0+$/.test(id)),
    fc.integer({ min: 0, max: 1 }),
  )
  .map(([traceId, parentId, flags]) => ({ traceId, parentId, flags }));

describe('parseTraceparent', () => {
  it.each([
    [`00-${TRACE}-${PARENT}-01`, 1],
    [`00-${TRACE}-${PARENT}-00`, 0],
    [`00-${TRACE}-${PARENT}-03`, 3],
    [`cc-${TRACE}-${PARENT}-01`, 1],
    [`cc-${TRACE}-${PARENT}-01-what-the-future-will-be-like`, 1],
  ])('reads %s', (value, flags) => {
    expect(parseTraceparent(value)).toEqual({ traceId: TRACE, parentId: PARENT, flags });
  });

  it.each([
    '',
    `00-${TRACE}-${PARENT}`,
    `00-${TRACE}-${PARENT}-1`,
    `00-${TRACE}-${PARENT}-01-more`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `cc-${TRACE}-${PARENT}-01.more`,
    ` 00-${TRACE}-${PARENT}-01`,
  ])('refuses "%s"', (value) => {
    expect(parseTraceparent(value)).toBeUndefined();
  });

  it('reads back what was written', () => {
    fc.assert(
      fc.property(aTraceparent, (context) => {
        expect(parseTraceparent(formatTraceparent(context))).toEqual(context);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseTraceparent(text)));
  });
});
