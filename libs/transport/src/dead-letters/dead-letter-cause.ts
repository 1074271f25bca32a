import { firstHeader, type Headers } from '#base';

/** The name of the header that stores the source and the cause of a dead letter. */
export const DEAD_LETTER_HEADER = 'dead-letter';

/**
 * The contents of the header `dead-letter`. The first four fields are always present. The others are present only if there was
 * space for them.
 */
export interface DeadLetterCause {
  /** The queue or topic partition from which the message came. */
  readonly source: string;
  /** The handler's name, such as `OrderProcessor.process`. */
  readonly handler: string;
  readonly reason: string;
  /** The time of the failure in ISO 8601. */
  readonly time: string;
  readonly attempts?: number;
  readonly error?: { readonly name: string; readonly message: string };
  /** The trace context of the attempt that failed. */
  readonly traceparent?: string;
}

/** Reads the cause from the headers of a dead letter. Returns `undefined` if the cause is missing or cannot be read. */
export function causeIn(headers: Headers): DeadLetterCause | undefined {
  const header = firstHeader(headers, DEAD_LETTER_HEADER);
  if (header === undefined) return undefined;
  try {
    const cause: unknown = JSON.parse(
      typeof header === 'string' ? header : new TextDecoder().decode(header),
    );
    return isCause(cause) ? cause : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value has the form of a dead letter's cause. Anyone can send a header with this name and any contents. */
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
