import { assertOptions, rule, type RulesFor } from '#base';
import { ExpiringEntries } from './expiring-entries.js';
import type { Claim, IdempotencyStore } from './idempotency-store.js';

const MAX = 100_000;

export interface MemoryStoreOptions {
  /**
   * The maximum number of entries. An entry takes about 200 bytes plus its text. If there are more entries, the store removes
   * expired entries first, and then the oldest completed ones. If a message of a removed entry is redelivered, it runs again.
   * Leases are never removed. Default: 100,000.
   */
  readonly max?: number;
}

const RULES: RulesFor<MemoryStoreOptions> = { max: rule.integerFrom(1) };

/**
 * Keeps entries in this process only, for tests and for applications with one process. Other processes do not see the entries,
 * and a restart loses them. The store does not keep the process alive.
 *
 * @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`
 * @example
 * ThroughlineModule.forRoot({ name: 'order-service', store: memoryStore({ max: 10_000 }), transports: [sqs()] })
 */
export function memoryStore(options: MemoryStoreOptions = {}): IdempotencyStore {
  assertOptions('memoryStore()', options, RULES);
  return new MemoryStore(options.max ?? MAX);
}

class MemoryStore implements IdempotencyStore {
  readonly name = 'memory';
  readonly #entries = new ExpiringEntries();

  constructor(private readonly max: number) {}

  claim(entry: string, holder: string, lease: number): Promise<Claim> {
    return Promise.resolve(this.#claim(entry, holder, lease));
  }

  renew(entry: string, holder: string, lease: number): Promise<boolean> {
    const known = this.#entries.get(entry);
    const isFree = known === undefined || known.holder === holder;
    if (isFree) this.#put(entry, holder, lease);
    return Promise.resolve(isFree);
  }

  complete(entry: string, ttl: number): Promise<void> {
    this.#put(entry, undefined, ttl);
    return Promise.resolve();
  }

  release(entry: string, holder: string): Promise<void> {
    if (this.#entries.get(entry)?.holder === holder) this.#entries.delete(entry);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#entries.clear();
    return Promise.resolve();
  }

  #claim(entry: string, holder: string, lease: number): Claim {
    const known = this.#entries.get(entry);
    // If the holder claims the entry again, the response to its first claim was lost, which can happen with Redis.
    if (known === undefined || known.holder === holder) {
      this.#put(entry, holder, lease);
      return { kind: 'granted' };
    }
    if (known.holder === undefined) return { kind: 'done' };
    return { kind: 'leased', endsIn: this.#entries.left(known) };
  }

  #put(entry: string, holder: string | undefined, span: number): void {
    this.#entries.set(entry, holder, span);
    this.#entries.dropExpired();
    while (this.#entries.size > this.max && this.#entries.dropOldestDone());
  }
}
