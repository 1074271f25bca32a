import type { Claim, IdempotencyStore } from 'throughline';
import type { RedisConnection } from './connection.js';

/** Redis counts in whole milliseconds, from 1 on. */
const span = (milliseconds: number): string => String(Math.max(1, Math.ceil(milliseconds)));

/** The contract of stores in terms of Redis: each operation is one script or one command, and so atomic. */
export class RedisStore implements IdempotencyStore {
  readonly name = 'redis';

  constructor(
    private readonly connection: RedisConnection,
    private readonly keyOf: (mark: string) => string,
  ) {}

  async claim(mark: string, holder: string, lease: number): Promise<Claim> {
    const key = this.keyOf(mark);
    const reply = await this.connection.ask((client) => client.claim(key, holder, span(lease)));
    if (typeof reply === 'number') return { kind: 'leased', endsIn: reply };
    return reply === 'done' ? { kind: 'done' } : { kind: 'granted' };
  }

  async renew(mark: string, holder: string, lease: number): Promise<boolean> {
    const key = this.keyOf(mark);
    return this.connection.ask((client) => client.renew(key, holder, span(lease)));
  }

  async complete(mark: string, ttl: number): Promise<void> {
    const key = this.keyOf(mark);
    const expiration = { type: 'PX', value: Math.max(1, Math.ceil(ttl)) } as const;
    await this.connection.ask((client) => client.set(key, 'done', { expiration }));
  }

  async release(mark: string, holder: string): Promise<void> {
    const key = this.keyOf(mark);
    await this.connection.ask((client) => client.release(key, holder));
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
