import type { Claim, IdempotencyStore } from 'throughline';
import type { RedisConnection } from './connection.js';
import { redisKeyOf } from './redis-key.js';

/** Converts a duration to what Redis accepts: whole milliseconds, at least 1. */
const span = (milliseconds: number): string => String(Math.max(1, Math.ceil(milliseconds)));

/** An idempotency store in Redis. Each operation is one script or one command, and therefore atomic. */
export class RedisStore implements IdempotencyStore {
  readonly name = 'redis';

  constructor(
    private readonly connection: RedisConnection,
    private readonly prefix: string,
  ) {}

  async claim(key: string, holder: string, lease: number): Promise<Claim> {
    const redisKey = redisKeyOf(this.prefix, key);
    const reply = await this.connection.run((client) =>
      client.claim(redisKey, holder, span(lease)),
    );
    if (typeof reply === 'number') return { kind: 'leased', endsIn: reply };
    return reply === 'done' ? { kind: 'done' } : { kind: 'granted' };
  }

  async renew(key: string, holder: string, lease: number): Promise<boolean> {
    const redisKey = redisKeyOf(this.prefix, key);
    return this.connection.run((client) => client.renew(redisKey, holder, span(lease)));
  }

  async complete(key: string, ttl: number): Promise<void> {
    const redisKey = redisKeyOf(this.prefix, key);
    const expiration = { type: 'PX', value: Math.max(1, Math.ceil(ttl)) } as const;
    await this.connection.run((client) => client.set(redisKey, 'done', { expiration }));
  }

  async release(key: string, holder: string): Promise<void> {
    const redisKey = redisKeyOf(this.prefix, key);
    await this.connection.run((client) => client.release(redisKey, holder));
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
