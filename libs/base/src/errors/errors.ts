export {
  describeThrown,
  isError,
  readable,
  reasonOf,
  sentenceOf,
  withFullStop,
  type Described,
} from './describe-thrown.js';

/**
 * What an error from a broker or a store means for the message (docs/delivery.md, "Errors in four classes").
 *
 * `unavailable`: there was no well-formed response. Throughline retries and counts no attempt. `blocked`: the request is rejected
 * regardless of the message, because a permission, topic or codec is missing. The message is retried at the longest backoff, no
 * attempt is counted, and health reports the error after 30 s. `refused`: the error concerns this one message, and the attempt
 * counts as failed. `notOurs`: another member or consumer owns the message.
 */
export type ErrorClass = 'unavailable' | 'blocked' | 'refused' | 'notOurs';

/** The options for a {@link ThroughlineError}. */
export interface ThroughlineErrorOptions extends ErrorOptions {
  /** What the error means for the message. Default: `unavailable` if the code ends in `_UNAVAILABLE`, otherwise no class. */
  readonly errorClass?: ErrorClass;
}

/**
 * An error from Throughline. Its code does not change between versions, and its message says what is wrong and what to do.
 * docs/errors.md lists all codes.
 *
 * @example
 * try { await publisher.publish(orderEvents, order); }
 * catch (error) { if (error instanceof ThroughlineError && error.code === 'TL_KAFKA_UNAVAILABLE') … }
 */
export class ThroughlineError extends Error {
  override readonly name = 'ThroughlineError';
  /**
   * The class of the error. Absent if the error does not come from a broker or a store. An error without a class counts as a
   * failure of the message itself.
   */
  readonly errorClass: ErrorClass | undefined;

  constructor(
    readonly code: `TL_${string}`,
    message: string,
    { errorClass, ...options }: ThroughlineErrorOptions = {},
  ) {
    super(message, options);
    this.errorClass = errorClass ?? (code.endsWith('_UNAVAILABLE') ? 'unavailable' : undefined);
  }
}

/** Returns the class of a {@link ThroughlineError}. Returns `undefined` if it has no class, and for all other errors. */
export function errorClassOf(error: unknown): ErrorClass | undefined {
  return error instanceof ThroughlineError ? error.errorClass : undefined;
}

/** Whether the error means that a broker or store does not respond. No attempt is counted, and Throughline retries. */
export function isUnavailable(error: unknown): error is ThroughlineError {
  return errorClassOf(error) === 'unavailable';
}

/**
 * Whether the error means that a broker or store rejects requests regardless of the message. No attempt is counted, and a person has
 * to fix the cause.
 */
export function isBlocked(error: unknown): error is ThroughlineError {
  return errorClassOf(error) === 'blocked';
}
