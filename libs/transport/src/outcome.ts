/**
 * The reason why a message is acknowledged. `done`: its handler returned. `duplicate`: it was already processed (`idempotent`).
 * `unmatched`: no guard (`when`) of its channel accepted it.
 */
export type AckReason = 'done' | 'duplicate' | 'unmatched';

/** The message is acknowledged. */
export interface Ack {
  readonly kind: 'ack';
  readonly as: AckReason;
}

/** The message is retried. */
export interface Retry {
  readonly kind: 'retry';
  /** In milliseconds. */
  readonly after: number;
  /** The error, as it was thrown. */
  readonly cause: unknown;
  /** Whether it was the message's own failure. An outage does not count. */
  readonly counts: boolean;
  /**
   * `lane`: the message waits in this process, even if the broker could keep it, because the wait does not concern the message.
   * Default: where the source keeps failed messages.
   */
  readonly where?: 'lane';
  /** Runs next time instead of the handler: the message is a dead letter that could not be stored yet. */
  readonly storeAgain?: () => Promise<Outcome>;
}

/**
 * The reason why a message becomes a dead letter. `rejected`: its handler threw `Reject`. `invalid`: it cannot be decoded, or does
 * not match its schema. `exhausted`: its attempts are used up. `crashing`: it was received many times, but none of its runs ended.
 * `blocked`: too many messages with the same key waited before it. `unmatched`: no guard accepted it, and the handlers set
 * `unmatched: 'deadLetter'`.
 */
export type DeadReason =
  'rejected' | 'invalid' | 'exhausted' | 'crashing' | 'blocked' | 'unmatched';

/** The message becomes a dead letter. It is acknowledged after the dead letter is stored. */
export interface DeadLetter {
  readonly kind: 'deadLetter';
  readonly reason: DeadReason;
  /** The error, as it was thrown. */
  readonly cause: unknown;
  /** Whether the dead letter is already stored. */
  readonly isStored?: true;
}

/** The outcome of a message. It is a value and not an exception, so that settling, trace, log and metrics read the same. */
export type Outcome = Ack | Retry | DeadLetter;

/** The handler returned. */
export const ACK: Ack = Object.freeze({ kind: 'ack', as: 'done' });

/** The message was already processed. */
export const DUPLICATE: Ack = Object.freeze({ kind: 'ack', as: 'duplicate' });

/** No handler accepted the message. */
export const UNMATCHED: Ack = Object.freeze({ kind: 'ack', as: 'unmatched' });

/** A message that is returned to the broker at shutdown without having run. */
export const GIVEN_BACK: Retry = Object.freeze({
  kind: 'retry',
  after: 0,
  cause: undefined,
  counts: false,
});
