import type { IdempotencyStore } from 'throughline';

/** Several stores that share their entries, as the stores of several processes do. */
export interface OpenStores {
  /** Returns one more store, or the same store again if entries cannot be shared. The suite closes every store that it receives. */
  store(): IdempotencyStore;
  /** Stops the server behind the stores, and everything else that the suite has started. */
  close(): Promise<void>;
}

/** A way to make the server behind the stores unavailable and available again, with all its data. */
export interface Outage {
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
}

/** The store under test, as the suite uses it. */
export interface StoreSubject {
  readonly open: () => Promise<OpenStores>;
  /** The outages that the suite can cause, by name, such as `killed`. Default: none. */
  readonly outages?: Readonly<Record<string, Outage>>;
}
