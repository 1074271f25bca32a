import { rule } from '#base';

/** The result of claiming an idempotency entry. */
export type Claim =
  /** The caller may do the work. It holds the lease. */
  | { readonly kind: 'granted' }
  /** The work is already done. */
  | { readonly kind: 'done' }
  /** Another run holds the lease, which expires in `endsIn` milliseconds unless it is renewed. */
  | { readonly kind: 'leased'; readonly endsIn: number };

/**
 * Records which work of idempotent handlers is completed. An entry is a short string that identifies the work. Times are in
 * milliseconds.
 *
 * The contract: if an entry is claimed concurrently, from any number of processes, at most one claim is granted. Completed work
 * stays completed for its `ttl`. A store that is unavailable rejects within a few seconds with a `ThroughlineError` whose code ends
 * in `_UNAVAILABLE`. `describeIdempotencyStore` from `throughline/conformance` tests the complete contract.
 */
export interface IdempotencyStore {
  /** The name of the store in logs and errors, such as `memory` or `redis`. */
  readonly name: string;
  /**
   * Claims an entry for a holder. A second claim by the same holder is granted again, because the response to the first claim may
   * have been lost.
   *
   * @param holder identifies the caller. It stands for one message that one process has received.
   */
  claim(entry: string, holder: string, lease: number): Promise<Claim>;
  /**
   * Renews the lease on an entry. An expired lease is renewed, too, unless another run has claimed the entry since. Returns
   * `false` if another run has claimed the entry, or if the work is completed.
   */
  renew(entry: string, holder: string, lease: number): Promise<boolean>;
  /** Marks the work for an entry as completed, regardless of which run holds the lease. */
  complete(entry: string, ttl: number): Promise<void>;
  /** Releases the lease on an entry if `holder` still holds the lease. Completed work stays completed. */
  release(entry: string, holder: string): Promise<void>;
  /** Closes the store. Throughline does not use the store afterwards. */
  close(): Promise<void>;
}

/** The rule for an option that takes a store. */
export const STORE_RULE = rule.withMethods(
  'an idempotency store, such as redis()',
  'claim',
  'renew',
  'complete',
  'release',
  'close',
);
