import { createClient } from 'redis';
import type { RedisOptions } from './options.js';
import { claim, release, renew } from './scripts.js';

/** What a connection is told of Redis. */
export type ClientOptions = Omit<RedisOptions, 'prefix' | 'answerWithin'>;

/**
 * A client for one connection and its end: to queue nothing, to connect again and to give up are `RedisConnection`'s, since
 * node-redis 6 waits for an answer without end once a command is written (its `timeout` covers the queue alone).
 */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- node-redis' type is made of the options
export function newClient({ socket, ...options }: ClientOptions, connectWithin: number) {
  return createClient({
    ...options,
    // RESP 3 begins with HELLO, which proxies and Redis 5 do not know; nothing here needs it.
    RESP: 2,
    // They would stretch timeouts to 10 s.
    maintNotifications: 'disabled',
    disableOfflineQueue: true,
    socket: { ...socket, connectTimeout: connectWithin, reconnectStrategy: false },
    scripts: { claim, renew, release },
  });
}

export type Client = ReturnType<typeof newClient>;
