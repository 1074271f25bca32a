import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { IdempotencyStore } from 'throughline';
import type { OpenStores } from './contract.js';
import { LONG, SHORT } from './times.js';

/** Nobody waits for so long where all is well; it leaves a trial, which may take a minute, the time to say what was missing. */
const PATIENCE = 40_000;
const LOOK_AGAIN_AFTER = 20;

/** What a trial works with. */
export class Bench {
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

  /** Something that nobody has used yet: a mark, or a holder. */
  unique(): string {
    return randomUUID();
  }

  /** Asks until the mark is granted to someone new, who keeps it: whatever was on it has run out. */
  async untilFree(store: IdempotencyStore, mark: string): Promise<void> {
    const holder = this.unique();
    const isFree = async (): Promise<boolean> =>
      (await store.claim(mark, holder, LONG)).kind === 'granted';
    await this.until(`the mark ${mark} is free`, isFree);
  }

  /** Waits until whatever was taken or done for `SHORT` before has run out, by the store's own clock. */
  async untilShortIsOver(store: IdempotencyStore): Promise<void> {
    const later = this.unique();
    await store.claim(later, this.unique(), SHORT);
    await this.untilFree(store, later);
  }

  /** Looks again and again at what tells nobody when it changes. */
  async until(what: string, look: () => Promise<boolean>): Promise<void> {
    const late = AbortSignal.timeout(PATIENCE);
    while (!(await look())) {
      if (late.aborted) throw new Error(`It has not come to this: ${what}.`);
      await pause(LOOK_AGAIN_AFTER);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#stores].map((store) => store.close()));
    await this.#opened.close();
  }
}
