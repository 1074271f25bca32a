/** The message is done with. */
export interface Ack {
  readonly kind: 'ack';
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
}

/** What became of a message: a value and not an exception, so that settling, trace, log and metrics all read the same thing. */
export type Outcome = Ack | Retry;

/** The handler returned. */
export const ACK: Ack = Object.freeze({ kind: 'ack' });

/** What a shutdown gives back without having run it. */
export const GIVEN_BACK: Retry = Object.freeze({
  kind: 'retry',
  after: 0,
  cause: undefined,
  counts: false,
});
