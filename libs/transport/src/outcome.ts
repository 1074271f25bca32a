/**
 * The reason why a message is acknowledged. `done`: its handler returned. `duplicate`: it was already processed (`idempotent`).
 * `unmatched`: no guard (`when`) of its channel accepted it.
 */
export type AckReason = 'done' | 'duplicate' | 'unmatched';

/** The outcome of a message that is acknowledged. */
export interface Ack {
  readonly kind: 'ack';
  readonly as: AckReason;
}

/** The outcome of a message that is retried. */
export interface Retry {
  readonly kind: 'retry';
  /** The delay before the retry, in milliseconds. */
  readonly after: number;
  /** The error that the handler or a step threw, unchanged. */
  readonly cause: unknown;
  /** Whether the run counts as a failed attempt of the message. An outage, for example, does not count. */
  readonly counts: boolean;
  /**
   * Where the message waits. `lane`: in this process, even if the broker could keep it. Used if the reason for the wait is not
   * the message itself. Default: where the source keeps failed messages.
   */
  readonly where?: 'lane';
  /**
   * Tries again to store a dead letter that could not be stored. If this function is present, the next attempt calls it instead
   * of the handler.
   */
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

/** The outcome of a message that becomes a dead letter. The message is acknowledged after the dead letter is stored. */
export interface DeadLetter {
  readonly kind: 'deadLetter';
  readonly reason: DeadReason;
  /** The error that the handler or a step threw, unchanged. */
  readonly cause: unknown;
  /** Whether the dead letter is already stored. */
  readonly isStored?: true;
}

/**
 * The outcome of a message. It is a value instead of an exception, so the settler, the trace, the log and the metrics all read
 * the same outcome.
 */
export type Outcome = Ack | Retry | DeadLetter;

/** The outcome of a message whose handler returned. */
export const ACK: Ack = Object.freeze({ kind: 'ack', as: 'done' });

/** The outcome of a message that was already processed. */
export const DUPLICATE: Ack = Object.freeze({ kind: 'ack', as: 'duplicate' });

/** The outcome of a message that no handler accepted. */
export const UNMATCHED: Ack = Object.freeze({ kind: 'ack', as: 'unmatched' });

/** The outcome of a message that is returned to the broker at shutdown without having run. */
export const GIVEN_BACK: Retry = Object.freeze({
  kind: 'retry',
  after: 0,
  cause: undefined,
  counts: false,
});
