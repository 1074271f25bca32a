import { createClient } from 'redis';
import type { RedisOptions } from './options.js';
import { claim, release, renew } from './scripts.js';

/** The options for a connection to Redis. */
export type ClientOptions = Omit<RedisOptions, 'prefix' | 'answerWithin'>;

/**
 * Creates a client for one connection. The client has no queue, no reconnection and no timeout. `RedisConnection` provides them,
 * because node-redis 6 waits forever for the response to a command that it has written. Its own `timeout` covers only the time in
 * its queue.
 */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- node-redis derives the type from the options
export function newClient({ socket, ...options }: ClientOptions, connectWithin: number) {
  return createClient({
    ...options,
    // RESP 3 begins with HELLO, which proxies and Redis 5 do not support. The store needs none of its features.
    RESP: 2,
    // Maintenance notifications would extend timeouts to 10 s.
    maintNotifications: 'disabled',
    disableOfflineQueue: true,
    socket: { ...socket, connectTimeout: connectWithin, reconnectStrategy: false },
    scripts: { claim, renew, release },
  });
}

export type Client = ReturnType<typeof newClient>;
