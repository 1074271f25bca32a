import { describe, expect, it } from '@jest/globals';
import { redis } from './redis.js';

describe('redis()', () => {
  it.each([
    [{ url: 'http://localhost' }, 'TL_OPTION_INVALID'],
    [{ url: 'localhost' }, 'TL_OPTION_INVALID'],
    [{ answerWithin: 'soon' as `${number}s` }, 'TL_OPTION_INVALID'],
  ])('refuses %j', (options, code) => {
    expect(() => redis(options)).toThrow(expect.objectContaining({ code }));
  });

  it('does nothing before it is asked, and can be closed then', async () => {
    const store = redis({ url: 'redis://127.0.0.1:1' });

    await store.close();

    await expect(store.claim('a', 'a', 1)).rejects.toMatchObject({ code: 'TL_REDIS_CLOSED' });
  });
});
