import { createClient } from 'redis';
import type { RedisOptions } from './options.js';
import { claim, release, renew } from './scripts.js';

/** The options that say how a connection reaches Redis. */
export type ClientOptions = Omit<RedisOptions, 'prefix' | 'answerWithin'>;

/**
 * Creates a client for one connection. The client does not queue, reconnect or time out. `RedisConnection` does that, because
 * node-redis 6 waits forever for a response once a command is written (its `timeout` covers the queue only).
 */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- node-redis derives the type from the options
export function newClient({ socket, ...options }: ClientOptions, connectWithin: number) {
  return createClient({
    ...options,
    // RESP 3 begins with HELLO, which proxies and Redis 5 do not support. Nothing here needs it.
    RESP: 2,
    // Maintenance notifications would extend timeouts to 10 s.
    maintNotifications: 'disabled',
    disableOfflineQueue: true,
    socket: { ...socket, connectTimeout: connectWithin, reconnectStrategy: false },
    scripts: { claim, renew, release },
  });
}

export type Client = ReturnType<typeof newClient>;
