export { describeThrown, isError, readable, reasonOf, type Described } from './describe-thrown.js';

/**
 * What an error of a broker or a store means for the message that met it (docs/delivery.md, "Errors in four classes").
 *
 * `unavailable`: no well-formed answer; it is tried again, and no attempt is counted. `blocked`: it answers and says no, whatever
 * the message (a right, a topic, a codec is missing); the message waits at the longest backoff, uncounted, and after 30 s a person
 * has to look. `refused`: it is about this one message, and counts as its failure. `notOurs`: another member or consumer has it.
 */
export type ErrorClass = 'unavailable' | 'blocked' | 'refused' | 'notOurs';

/** What a {@link ThroughlineError} may be made with. */
export interface ThroughlineErrorOptions extends ErrorOptions {
  /** Default: `unavailable` for a code that ends in `_UNAVAILABLE`, else none. */
  readonly errorClass?: ErrorClass;
}

/**
 * Every error of Throughline's own has a code that does not change between versions, says what is wrong in one sentence, and
 * what to do about it in another. The catalogue with all codes is docs/errors.md.
 *
 * @example
 * try { await publisher.publish(orderEvents, order); }
 * catch (error) { if (error instanceof ThroughlineError && error.code === 'TL_KAFKA_UNAVAILABLE') … }
 */
export class ThroughlineError extends Error {
  override readonly name = 'ThroughlineError';
  /** Absent where the error is not a broker's or a store's: then it is the message's own failure. */
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

/** The class of an error; `undefined` for whatever is no {@link ThroughlineError}, and for those that have none. */
export function errorClassOf(error: unknown): ErrorClass | undefined {
  return error instanceof ThroughlineError ? error.errorClass : undefined;
}

/** Whether something else does not answer (a broker, a store): nobody's failure, and worth waiting for. */
export function isUnavailable(error: unknown): error is ThroughlineError {
  return errorClassOf(error) === 'unavailable';
}

/** Whether something else says no, whatever the message: nobody's failure, and for a person to look at. */
export function isBlocked(error: unknown): error is ThroughlineError {
  return errorClassOf(error) === 'blocked';
}
