import { milliseconds, reasonOf, ThroughlineError } from '#base';
import { type IdempotencyStore } from 'throughline';
import { newClient, type ClientOptions } from './client.js';
import { RedisConnection } from './connection.js';
import { keyOf } from './key-of.js';
import type { RedisOptions } from './options.js';
import { RedisStore } from './redis-store.js';

/**
 * Marks in Redis, for handlers with `idempotent` in any number of processes. It connects at the first use, tells what an
 * operation cannot reach as `TL_REDIS_UNAVAILABLE` within `answerWithin`, and goes on by itself when Redis is back. Leases run by
 * Redis' clock alone.
 *
 * What a failover may lose: Redis replicates asynchronously, and a new primary lacks what the old one had not passed on, as a
 * crash lacks what was not yet in the append-only file (with `appendfsync everysec`, up to a second). A mark lost so is a message that
 * may be done twice; a lease lost so, a message that may be at work twice. It is a matter of the last moments before the
 * failover; `min-replicas-to-write` narrows it, nothing in Redis removes it. A `maxmemory-policy` that evicts forgets marks at any
 * time: use `noeviction`.
 *
 * @throws ThroughlineError `TL_DURATION_INVALID`, `TL_OPTION_INVALID`. Its operations: `TL_REDIS_UNAVAILABLE` where Redis is away or cannot take
 * writes now, `TL_REDIS_REFUSED` where it answers with a no (password, rights, a key of someone else's), `TL_REDIS_CLOSED`.
 * @example
 * const store = redis({ url: 'redis://cache-1:6379', prefix: 'orders' });
 */
export function redis(options: RedisOptions = {}): IdempotencyStore {
  const { prefix = 'throughline', answerWithin = '2s', ...client } = options;
  assertUsable(client);
  return new RedisStore(new RedisConnection(client, milliseconds(answerWithin)), (mark) =>
    keyOf(prefix, mark),
  );
}

/** node-redis itself says what it cannot work with, such as a URL that is none, when a client is made. */
function assertUsable(options: ClientOptions): void {
  try {
    newClient(options, 0).destroy();
  } catch (cause) {
    throw new ThroughlineError(
      'TL_OPTION_INVALID',
      `redis() cannot use its options: ${reasonOf(cause)}. Write redis({ url: 'redis://host:6379' }).`,
      { cause },
    );
  }
}
