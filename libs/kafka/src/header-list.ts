import type { Headers, HeaderValue } from 'throughline';

/** Whether a header came, or goes, several times. Plain JavaScript also sends headers that are null. */
export const isHeaderList = (
  value: Headers[string] | null | undefined,
): value is readonly HeaderValue[] => Array.isArray(value);
