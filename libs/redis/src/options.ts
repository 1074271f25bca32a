import type { RedisClientOptions } from 'redis';
import type { Duration } from '#base';

type ClientOptions = Pick<
  RedisClientOptions,
  'url' | 'username' | 'password' | 'credentialsProvider' | 'database' | 'name' | 'socket'
>;

/** Where Redis is, and what our keys there begin with. All but `prefix` and `answerWithin` are node-redis' own options. */
export interface RedisOptions extends ClientOptions {
  /**
   * `redis[s]://[[username][:password]@]host[:port][/database]`: one Redis, or the primary behind one address. A Redis Cluster
   * is refused. Default: `redis://localhost:6379`.
   */
  readonly url?: string;
  /** Keys are `<prefix>:<mark>`. Default: `throughline`. */
  readonly prefix?: string;
  /** How long an operation may take, with the connecting that it needs, before Redis counts as away. Default: `2s`. */
  readonly answerWithin?: Duration;
}
