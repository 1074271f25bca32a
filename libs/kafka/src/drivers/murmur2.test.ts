import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';

import { murmur2, partitionOf } from './murmur2.js';

const theirs = createRequire(import.meta.url)(
  'kafkajs/src/producer/partitioners/default/murmur2.js',
) as (key: Buffer) => number;

describe('murmur2', () => {
  it('equals the hashes in Java’s own tests', () => {
    expect(murmur2(Buffer.from('21'))).toBe(-973932308);
    expect(murmur2(Buffer.from('foobar'))).toBe(-790332482);
    expect(murmur2(Buffer.from('a-little-bit-long-string'))).toBe(-985981536);
    expect(murmur2(Buffer.from('lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8'))).toBe(
      -58897971,
    );
  });

  it.each(Array.from({ length: 40 }, (_, length) => length))(
    'agrees with kafkajs on %d bytes',
    (length) => {
      const key = Buffer.from(Array.from({ length }, (_, at) => (at * 151 + length * 37) % 256));

      expect(murmur2(key)).toBe(theirs(key));
    },
  );

  it('returns a partition that exists', () => {
    const partitions = Array.from({ length: 200 }, (_, at) =>
      partitionOf(Buffer.from(`k${at}`), 7),
    );

    expect(new Set(partitions)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
  });

  it.each([
    '',
    'k1',
    'Grüße an Jürgen',
    '🙂 and 語',
    'k'.repeat(341),
    'ü'.repeat(400),
    '語'.repeat(2_000),
  ])('is the same for text and its bytes: %s', (key) => {
    expect(partitionOf(key, 997)).toBe(partitionOf(Buffer.from(key), 997));
  });
});
