/** A parsed W3C `traceparent` (https://www.w3.org/TR/trace-context/#traceparent-header). */
export interface Traceparent {
  readonly traceId: string;
  readonly parentId: string;
  /** The flags of a `traceparent` as a byte. Bit 0 means sampled. */
  readonly flags: number;
}

/** The positions of the parts in `00-<32 digits>-<16 digits>-01`. */
const TRACE_ID = { from: 3, to: 35 };
const PARENT_ID = { from: 36, to: 52 };
const FLAGS = { from: 53, to: 55 };
const LENGTH = FLAGS.to;

/** Matches the part that a `traceparent` of a later version may have after the flags. */
const SUFFIX = /^-.*$/;

const NO_DIGIT = 16;
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code));
  return digit < 0 ? NO_DIGIT : digit;
});

/**
 * Combines all hex digits in a range with OR. The result is 0 if all digits are 0, and at least 16 if a character is not a
 * lowercase hex digit. A regular expression would take five times as long, which matters for messages that need little other
 * work.
 */
function digitsIn(value: string, { from, to }: typeof TRACE_ID): number {
  let digits = 0;
  for (let at = from; at < to; at += 1) digits |= DIGITS[value.charCodeAt(at)] ?? NO_DIGIT;
  return digits;
}

const isId = (digits: number): boolean => digits > 0 && digits < NO_DIGIT;

const isDashed = (value: string): boolean =>
  value[TRACE_ID.from - 1] === '-' &&
  value[PARENT_ID.from - 1] === '-' &&
  value[FLAGS.from - 1] === '-';

/**
 * Whether the version of a `traceparent` is valid. Version `ff` is not valid, and version `00` must have nothing after the flags.
 */
function isVersioned(value: string): boolean {
  if (digitsIn(value, { from: 0, to: 2 }) >= NO_DIGIT || value.startsWith('ff')) return false;
  return value.length === LENGTH || (!value.startsWith('00') && SUFFIX.test(value.slice(LENGTH)));
}

/**
 * Parses a `traceparent`. Returns `undefined` for input that is invalid according to the standard: version `ff`, ids of zeros,
 * uppercase digits, a wrong length, or version `00` with more after the flags. A later version may have more after the flags.
 * Never throws.
 *
 * @example
 * parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')?.traceId
 */
export function parseTraceparent(value: string): Traceparent | undefined {
  if (value.length < LENGTH || !isDashed(value) || !isVersioned(value)) return undefined;
  if (!isId(digitsIn(value, TRACE_ID)) || !isId(digitsIn(value, PARENT_ID))) return undefined;
  const high = DIGITS[value.charCodeAt(FLAGS.from)] ?? NO_DIGIT;
  const low = DIGITS[value.charCodeAt(FLAGS.from + 1)] ?? NO_DIGIT;
  if ((high | low) >= NO_DIGIT) return undefined;
  return {
    traceId: value.slice(TRACE_ID.from, TRACE_ID.to),
    parentId: value.slice(PARENT_ID.from, PARENT_ID.to),
    flags: 16 * high + low,
  };
}

/** Formats a `traceparent` of version 00. Only the "sampled" flag is passed on. */
export function formatTraceparent({ traceId, parentId, flags }: Traceparent): string {
  return `00-${traceId}-${parentId}-0${flags & 1}`;
}

/** Whether a valid `traceparent` has the format that {@link formatTraceparent} produces. */
export const isFormatted = (value: string): boolean =>
  value.length === LENGTH &&
  value.startsWith('00-') &&
  (value.endsWith('-00') || value.endsWith('-01'));
