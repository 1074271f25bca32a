/** A W3C `traceparent`, taken apart (https://www.w3.org/TR/trace-context/#traceparent-header). */
export interface Traceparent {
  readonly traceId: string;
  readonly parentId: string;
  /** The flags as a byte; bit 0 says sampled. */
  readonly flags: number;
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZERO = /^0+$/;

/**
 * Reads a `traceparent`. Anything that the standard calls invalid gives `undefined`, never an exception: version `ff`, ids of
 * zeros, uppercase, a wrong length, version `00` with more behind it. A later version may have more behind it.
 *
 * @example
 * parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')?.traceId
 */
export function parseTraceparent(value: string): Traceparent | undefined {
  const parts = FORM.exec(value);
  if (parts === null) return undefined;
  const [, version = '', traceId = '', parentId = '', flags = '', suffix] = parts;
  if (version === 'ff' || (version === '00' && suffix !== undefined)) return undefined;
  if (ZERO.test(traceId) || ZERO.test(parentId)) return undefined;
  return { traceId, parentId, flags: Number.parseInt(flags, 16) };
}

/** Writes a `traceparent` of version 00; of the flags only "sampled" is ours to pass on. */
export function formatTraceparent({ traceId, parentId, flags }: Traceparent): string {
  return `00-${traceId}-${parentId}-0${flags & 1}`;
}
