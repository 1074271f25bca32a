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

  constructor(
    readonly code: `TL_${string}`,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whether the error says that something else is away (a broker, a store): nobody's failure, and worth waiting for. */
export function isUnavailable(error: unknown): error is ThroughlineError {
  return error instanceof ThroughlineError && error.code.endsWith('_UNAVAILABLE');
}

/** The text of anything that was thrown; JavaScript lets one throw what is no Error. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || thrown.name;
  if (typeof thrown === 'string') return thrown;
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  try {
    return JSON.stringify(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}
