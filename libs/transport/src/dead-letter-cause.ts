import { firstHeader, type Headers } from '#base';

/** The header that says of a dead letter where it comes from and why it is one. */
export const DEAD_LETTER_HEADER = 'dead-letter';

/** What the header `dead-letter` says; the first four always, the others where there was room. */
export interface DeadLetterCause {
  /** The queue, or the topic-partition. */
  readonly source: string;
  /** `OrderProcessor.process`. */
  readonly handler: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly time: string;
  readonly attempts?: number;
  readonly error?: { readonly name: string; readonly message: string };
  /** Of the failed attempt. */
  readonly traceparent?: string;
}

/** What a dead letter says of itself; `undefined` where it says nothing, or nothing that can be read. */
export function causeIn(headers: Headers): DeadLetterCause | undefined {
  const countFailure = firstHeader(headers, DEAD_LETTER_HEADER);
  if (countFailure === undefined) return undefined;
  try {
    const cause: unknown = JSON.parse(
      typeof countFailure === 'string' ? countFailure : new TextDecoder().decode(countFailure),
    );
    return isCause(cause) ? cause : undefined;
  } catch {
    return undefined;
  }
}

/** Anyone may send a header of this name, with anything in it. */
function isCause(value: unknown): value is DeadLetterCause {
  if (typeof value !== 'object' || value === null) return false;
  const read: { readonly [field in keyof DeadLetterCause]?: unknown } = value;
  return (
    [read.source, read.handler, read.reason, read.time].every(isText) &&
    (read.attempts === undefined || typeof read.attempts === 'number') &&
    (read.error === undefined || isNamed(read.error)) &&
    (read.traceparent === undefined || isText(read.traceparent))
  );
}

const isText = (value: unknown): boolean => typeof value === 'string';

const isNamed = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  isText(Reflect.get(error, 'name')) &&
  isText(Reflect.get(error, 'message'));
