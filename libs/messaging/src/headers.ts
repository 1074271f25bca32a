/** One header's value: text or bytes. */
export type HeaderValue = string | Uint8Array;

/** The headers of a message by name; a name that came several times holds a list, in order. */
export type Headers = Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

/** A header's values under one name. */
export type HeaderEntry = readonly [name: string, value: HeaderValue | readonly HeaderValue[]];

/**
 * Headers as an object without a prototype, so that a sender may call a header `constructor` or `__proto__`. A name that comes
 * several times gets a list, in order.
 *
 * @example
 * headersFrom([['tenant', 'a'], ['hop', '1'], ['hop', '2']]) // { tenant: 'a', hop: ['1', '2'] }
 */
export function headersFrom(entries: Iterable<HeaderEntry>): Headers {
  const headers = Object.create(null) as Record<string, HeaderEntry[1]>;
  for (const [name, value] of entries) {
    const known = headers[name];
    headers[name] = known === undefined ? value : [...valuesOf(known), ...valuesOf(value)];
  }
  return headers;
}

/** Headers of a message without any. */
export const NO_HEADERS: Headers = Object.freeze(headersFrom([]));

/** The same headers but one. */
export const withoutHeader = (headers: Headers, name: string): Headers =>
  headersFrom(Object.entries(headers).filter(([other]) => other !== name));

/** A header's values, as a list. */
export const valuesOf = (value: HeaderEntry[1]): readonly HeaderValue[] =>
  isHeaderList(value) ? value : [value];

/** Whether a header came, or goes, several times. */
export const isHeaderList = (
  value: HeaderEntry[1] | null | undefined,
): value is readonly HeaderValue[] => Array.isArray(value);

/** The first value of a header, whatever its form. */
export function firstHeader(headers: Headers, name: string): HeaderValue | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return isHeaderList(value) ? value[0] : value;
}
