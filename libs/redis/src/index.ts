export type { RedisOptions } from './options.js';
export { redis } from './redis.js';
