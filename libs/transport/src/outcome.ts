/**
 * Why a message is done with. `done`: its handler returned. `duplicate`: it had been done before (`idempotent`). `unmatched`: no
 * handler of its channel wants it (`when`).
 */
export type AckReason = 'done' | 'duplicate' | 'unmatched';

/** The message is done with. */
export interface Ack {
  readonly kind: 'ack';
  readonly as: AckReason;
}

/** The message runs again. */
export interface Retry {
  readonly kind: 'retry';
  /** In milliseconds. */
  readonly after: number;
  /** What went wrong, as it was thrown. */
  readonly cause: unknown;
  /** Whether it was the message's own failure. An outage is nobody's. */
  readonly counts: boolean;
  /**
   * `lane`: it waits here, whatever the broker could do for it: what it waits for has nothing to do with the message. Default:
   * where its source keeps what failed.
   */
  readonly where?: 'lane';
  /**
   * Runs next time instead of the handler, which has come to its end: the message is a dead letter, and could not be stored yet.
   */
  readonly storeAgain?: () => Promise<Outcome>;
}

/**
 * Why a message is a dead letter. `rejected`: its handler said so. `invalid`: it cannot be decoded, or does not fit its schema.
 * `exhausted`: it has failed as often as its handler allows. `crashing`: it was received again and again, and no run of it ever
 * came to an end. `blocked`: it waited behind too many others of its key. `unmatched`: no handler of
 * its channel wants it, and they say `unmatched: 'deadLetter'`.
 */
export type DeadReason =
  'rejected' | 'invalid' | 'exhausted' | 'crashing' | 'blocked' | 'unmatched';

/** The message is kept where a person can look at it. For its source it is done with, once that is so. */
export interface DeadLetter {
  readonly kind: 'deadLetter';
  readonly reason: DeadReason;
  /** What went wrong, as it was thrown. */
  readonly cause: unknown;
  /** Whether it is stored already, so that nobody further out stores it again. */
  readonly isStored?: true;
}

/** What became of a message: a value and not an exception, so that settling, trace, log and metrics all read the same thing. */
export type Outcome = Ack | Retry | DeadLetter;

/** The handler returned. */
export const ACK: Ack = Object.freeze({ kind: 'ack', as: 'done' });

/** It had been done before. */
export const DUPLICATE: Ack = Object.freeze({ kind: 'ack', as: 'duplicate' });

/** Nobody here wants it. */
export const UNMATCHED: Ack = Object.freeze({ kind: 'ack', as: 'unmatched' });

/** What a shutdown gives back without having run it. */
export const GIVEN_BACK: Retry = Object.freeze({
  kind: 'retry',
  after: 0,
  cause: undefined,
  counts: false,
});
