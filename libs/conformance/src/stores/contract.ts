import type { IdempotencyStore } from 'throughline';

/** Stores that share their marks, as those of several processes do. */
export interface OpenStores {
  /** One more of them; the same again where marks cannot be shared. The suite closes what it was given. */
  store(): IdempotencyStore;
  /** Ends what is behind the stores. */
  close(): Promise<void>;
}

/** A way in which what is behind the stores goes away and comes back, with all that was done. */
export interface Outage {
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
}

/** What the suite is run over. */
export interface StoreSubject {
  readonly open: () => Promise<OpenStores>;
  /** By what happens, such as `killed`. Default: it cannot go away. */
  readonly outages?: Readonly<Record<string, Outage>>;
}
