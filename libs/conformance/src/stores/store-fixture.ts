import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { IdempotencyStore } from 'throughline';
import type { OpenStores } from './contract.js';
import { LONG, SHORT } from './times.js';

/** Less than the minute that a test case may take, so that a timeout names the condition that was not met. */
const TIMEOUT_MS = 40_000;
const POLL_INTERVAL_MS = 20;

/** The stores of a suite, and what its test cases need to use them. */
export class StoreFixture {
  readonly #opened: OpenStores;
  readonly #stores = new Set<IdempotencyStore>();

  constructor(opened: OpenStores) {
    this.#opened = opened;
  }

  store(): IdempotencyStore {
    const store = this.#opened.store();
    this.#stores.add(store);
    return store;
  }

  /** A key or a holder that nobody has used yet. */
  unique(): string {
    return randomUUID();
  }

  /** Claims the key until it is granted to a new holder, so whatever was stored under it has expired. */
  async untilFree(store: IdempotencyStore, key: string): Promise<void> {
    const holder = this.unique();
    const isFree = async (): Promise<boolean> =>
      (await store.claim(key, holder, LONG)).kind === 'granted';
    await this.until(`the key ${key} is free`, isFree);
  }

  /** Waits until every lease and completion of `SHORT` made before has expired, by the store's own clock. */
  async untilShortIsOver(store: IdempotencyStore): Promise<void> {
    const key = this.unique();
    await store.claim(key, this.unique(), SHORT);
    await this.untilFree(store, key);
  }

  /** Polls a condition. */
  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const late = AbortSignal.timeout(TIMEOUT_MS);
    while (!(await holds())) {
      if (late.aborted) throw new Error(`Timed out waiting for: ${what}.`);
      await pause(POLL_INTERVAL_MS);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#stores].map((store) => store.close()));
    await this.#opened.close();
  }
}
