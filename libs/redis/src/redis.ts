import {
  assertOptions,
  milliseconds,
  rule,
  sentenceOf,
  ThroughlineError,
  type RulesFor,
} from '#base';
import { type IdempotencyStore } from 'throughline';
import { newClient, type ClientOptions } from './client.js';
import { RedisConnection } from './connection.js';
import type { RedisOptions } from './options.js';
import { RedisStore } from './redis-store.js';

const RULES: RulesFor<RedisOptions> = {
  url: rule.text,
  username: rule.text,
  password: rule.text,
  credentialsProvider: rule.object,
  database: rule.integerFrom(0),
  name: rule.text,
  socket: rule.object,
  prefix: rule.text,
  answerWithin: rule.duration,
};

/**
 * Stores idempotency entries in Redis, for handlers with `idempotent` in any number of processes. The store connects at its first
 * use. An operation that cannot reach Redis fails with `TL_REDIS_UNAVAILABLE` within `answerWithin`. The store reconnects by
 * itself when Redis is available again. The duration of leases depends only on the clock of Redis.
 *
 * A failover may lose entries. Redis replicates asynchronously, so a new primary lacks entries that the old one had not yet
 * replicated. A crash loses entries that were not yet in the append-only file (with `appendfsync everysec`, up to a second). If a
 * completed entry is lost, its message may be handled twice. If a lease is lost, the message may be in progress twice at the same
 * time. Only entries from the last moments before the failover are affected. `min-replicas-to-write` shortens this window, but no
 * setting of Redis closes it. A `maxmemory-policy` that evicts keys loses entries at any time: use `noeviction`.
 *
 * @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`. The operations fail with `TL_REDIS_UNAVAILABLE` if Redis is
 * unreachable or cannot accept writes now, with `TL_REDIS_REFUSED` if it refuses (password, permissions, a key of another
 * application), and with `TL_REDIS_CLOSED` after the store was closed.
 * @example
 * const store = redis({ url: 'redis://cache-1:6379', prefix: 'orders' });
 */
export function redis(options: RedisOptions = {}): IdempotencyStore {
  assertOptions('redis()', options, RULES);
  const { prefix = 'throughline', answerWithin = '2s', ...client } = options;
  assertUsable(client);
  return new RedisStore(new RedisConnection(client, milliseconds(answerWithin)), prefix);
}

/**
 * Checks whether node-redis can use the options. node-redis reports options that it cannot use, such as an invalid URL, only when
 * a client is created, so this function creates one.
 */
function assertUsable(options: ClientOptions): void {
  try {
    newClient(options, 0).destroy();
  } catch (cause) {
    throw new ThroughlineError(
      'TL_OPTION_INVALID',
      `The options of redis() are invalid: ${sentenceOf(cause)} Write redis({ url: 'redis://host:6379' }).`,
      { cause },
    );
  }
}
