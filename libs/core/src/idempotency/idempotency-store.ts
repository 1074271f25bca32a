/** What a store says to one who wants to do something once. */
export type Claim =
  /** It is yours, for as long as the lease says. */
  | { readonly kind: 'granted' }
  /** It has been done. */
  | { readonly kind: 'done' }
  /** Another run is at it, whose lease ends in so many milliseconds unless it is renewed. */
  | { readonly kind: 'leased'; readonly endsIn: number };

/**
 * Where handlers with `idempotent` remember what they have done. An entry is a short text; times are in milliseconds.
 *
 * The contract: of any number of claims of one entry at the same time, at most one is granted, whoever asks from wherever; what
 * is done stays so for its `ttl`. A store that cannot be reached rejects within a few seconds, with a `ThroughlineError` whose
 * code ends in `_UNAVAILABLE`. `describeIdempotencyStore` of `throughline/conformance` tests all of it.
 */
export interface IdempotencyStore {
  /** `memory`, `redis`. */
  readonly name: string;
  /**
   * A holder that claims again is granted again: the answer to its first claim may have been lost.
   *
   * @param holder who asks: one message as it arrived at one process
   */
  claim(entry: string, holder: string, lease: number): Promise<Claim>;
  /**
   * Prolongs a lease from now on, also one that has run out if nobody took the entry meanwhile. `false`: it is another's by now,
   * or done.
   */
  renew(entry: string, holder: string, lease: number): Promise<boolean>;
  /** It is done, whoever holds the lease: the effect is there. */
  complete(entry: string, ttl: number): Promise<void>;
  /** Gives the lease back, if it is still the holder's; what is done stays done. */
  release(entry: string, holder: string): Promise<void>;
  /** Closes what is open; nothing is asked of it any more. */
  close(): Promise<void>;
}
