import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatTraceparent, parseTraceparent } from './traceparent.js';
import { formatXrayHeader, readXrayHeader } from './xray-header.js';

const hex = (bytes: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .filter((some) => some.some((byte) => byte !== 0))
    .map((some) => Buffer.from(some).toString('hex'));

describe('the X-Ray header', () => {
  it('is read as the context that it says', () => {
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

    expect(readXrayHeader(header)).toBe('00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01');
  });

  it.each([
    ['in any order', 'Sampled=0;Parent=53995c3f42cd8ad8;Root=1-5759e988-bd862e3fe1be46a994272793'],
    [
      'with more in it',
      'Self=1-67891234-12456789abcdef012345678;Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=a87bd80c:1',
    ],
    ['undecided', 'Root=1-5759e988-bd862e3fe1be46a994272793; Parent=53995c3f42cd8ad8; Sampled=?'],
    ['in capitals', 'ROOT=1-5759E988-BD862E3FE1BE46A994272793;PARENT=53995C3F42CD8AD8'],
  ])('is read %s', (_, header) => {
    expect(readXrayHeader(header)).toBe('00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00');
  });

  it.each([
    ['no parent', 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1'],
    ['another version', 'Root=2-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8'],
    ['a parent of zeros', 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=0000000000000000'],
    ['a root of zeros', 'Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8'],
    ['nothing', ''],
  ])('with %s is none', (_, header) => {
    expect(readXrayHeader(header)).toBeUndefined();
  });

  it('is never an exception, and what is read from it is valid', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const read = readXrayHeader(header);
        expect(read === undefined || parseTraceparent(read) !== undefined).toBe(true);
      }),
    );
  });

  it('reads back what was written', () => {
    fc.assert(
      fc.property(hex(16), hex(8), fc.integer({ min: 0, max: 1 }), (traceId, parentId, flags) => {
        const context = { traceId, parentId, flags };
        expect(readXrayHeader(formatXrayHeader(context))).toBe(formatTraceparent(context));
      }),
    );
  });
});
