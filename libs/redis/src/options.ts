import type { RedisClientOptions } from 'redis';
import type { Duration } from '#base';

type ClientOptions = Pick<
  RedisClientOptions,
  'url' | 'username' | 'password' | 'credentialsProvider' | 'database' | 'name' | 'socket'
>;

/** Options of `redis()`. All options except `prefix` and `answerWithin` are passed to node-redis. */
export interface RedisOptions extends ClientOptions {
  /**
   * The URL of Redis: `redis[s]://[[username][:password]@]host[:port][/database]`. It must address a single Redis, or the primary
   * of a replicated one. A Redis Cluster is refused. Default: `redis://localhost:6379`.
   */
  readonly url?: string;
  /** The prefix of all keys. A key has the form `<prefix>:<key>`. Default: `throughline`. */
  readonly prefix?: string;
  /** How long an operation may take, including the time to connect. After that, Redis counts as unavailable. Default: `2s`. */
  readonly answerWithin?: Duration;
}
