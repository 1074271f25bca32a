import { describe, expect, it } from '@jest/globals';
import { redisKeyOf } from './redis-key.js';

const LONG_KEY = 'x'.repeat(201);
const HASHED = /^orders:sha256:[\w-]{43}$/;

describe('the Redis key of an idempotency key', () => {
  it.each(['', 'a', ':', 'ключ', 'x'.repeat(200)])('is the key itself for "%s"', (key) => {
    expect(redisKeyOf('orders', key)).toBe(`orders:${key}`);
  });

  it.each([LONG_KEY, '\ud800', 'sha256:a'])('is its digest where it would be ambiguous', (key) => {
    expect(redisKeyOf('orders', key)).toMatch(HASHED);
  });

  it('distinguishes keys that UTF-8 encodes alike, and a key from the digest of another', () => {
    const digest = redisKeyOf('orders', LONG_KEY).slice('orders:'.length);
    const keys = ['\ud800', '\ud801', '\ufffd', LONG_KEY, digest];

    expect(new Set(keys.map((key) => redisKeyOf('orders', key))).size).toBe(keys.length);
  });
});
