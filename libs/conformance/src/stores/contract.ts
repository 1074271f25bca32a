import type { IdempotencyStore } from 'throughline';

/** Stores that share their entries, as those of several processes do. */
export interface OpenStores {
  /** One more store, or the same one if entries cannot be shared. The suite closes every store that it receives. */
  store(): IdempotencyStore;
  /** Stops the server behind the stores. */
  close(): Promise<void>;
}

/** A way to make the server behind the stores unavailable and available again, with all its data. */
export interface Outage {
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
}

/** The store under test. */
export interface StoreSubject {
  readonly open: () => Promise<OpenStores>;
  /** Outages by their names, such as `killed`. Default: none. */
  readonly outages?: Readonly<Record<string, Outage>>;
}
