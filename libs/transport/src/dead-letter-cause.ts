import { firstHeader, type Headers } from '#base';

/** The header of a dead letter with its source and cause. */
export const DEAD_LETTER_HEADER = 'dead-letter';

/** The contents of the header `dead-letter`. The first four are always present, the others if there was space. */
export interface DeadLetterCause {
  /** The queue, or the topic partition. */
  readonly source: string;
  /** `OrderProcessor.process`. */
  readonly handler: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly time: string;
  readonly attempts?: number;
  readonly error?: { readonly name: string; readonly message: string };
  /** The trace context of the failed attempt. */
  readonly traceparent?: string;
}

/** Reads the cause of a dead letter. `undefined` if it is missing or cannot be read. */
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

/** Anyone can send a header with this name and any contents. */
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
