import type { RedisClientOptions } from 'redis';
import type { Duration } from '#base';

type ClientOptions = Pick<
  RedisClientOptions,
  'url' | 'username' | 'password' | 'credentialsProvider' | 'database' | 'name' | 'socket'
>;

/** The address of Redis and the prefix of the keys. All options but `prefix` and `answerWithin` are node-redis' own. */
export interface RedisOptions extends ClientOptions {
  /**
   * `redis[s]://[[username][:password]@]host[:port][/database]`: one Redis, or the primary behind one address. A Redis Cluster
   * is refused. Default: `redis://localhost:6379`.
   */
  readonly url?: string;
  /** Keys are `<prefix>:<key>`. Default: `throughline`. */
  readonly prefix?: string;
  /** How long an operation may take, including the time to connect, before Redis counts as unavailable. Default: `2s`. */
  readonly answerWithin?: Duration;
}
