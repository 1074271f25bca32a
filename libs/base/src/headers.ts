/** The value of a header: a string or bytes. */
export type HeaderValue = string | Uint8Array;

/** The headers of a message by name. A header that occurs several times has an array of values, in order. */
export type Headers = Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

/** The name of a header and its values. */
export type HeaderEntry = readonly [name: string, value: HeaderValue | readonly HeaderValue[]];

/**
 * Creates headers as an object without a prototype. A header may therefore be called `constructor` or `__proto__`. If a name
 * occurs several times, its values are collected in an array, in order.
 *
 * @example
 * headersFrom([['tenant', 'a'], ['hop', '1'], ['hop', '2']]) // { tenant: 'a', hop: ['1', '2'] }
 */
export function headersFrom(entries: Iterable<HeaderEntry>): Headers {
  const headers = Object.create(null) as Record<string, HeaderEntry[1]>;
  // The lists grow in place. A record of 1 MB may contain one name 300,000 times, and copying the list for each value would take
  // minutes.
  const lists = new Map<string, HeaderValue[]>();
  for (const [name, value] of entries) {
    const known = headers[name];
    if (known === undefined) {
      headers[name] = value;
      continue;
    }
    const list = lists.get(name) ?? [...valuesOf(known)];
    lists.set(name, list);
    headers[name] = list;
    for (const one of valuesOf(value)) list.push(one);
  }
  return headers;
}

/** The headers of a message without headers. */
export const NO_HEADERS: Headers = Object.freeze(headersFrom([]));

/** Returns a copy of the headers without the header of the given name. */
export const withoutHeader = (headers: Headers, name: string): Headers =>
  headersFrom(Object.entries(headers).filter(([other]) => other !== name));

/** Returns the values of one header as an array. */
export const valuesOf = (value: HeaderEntry[1]): readonly HeaderValue[] =>
  isHeaderList(value) ? value : [value];

/** Whether a header has several values. */
export const isHeaderList = (
  value: HeaderEntry[1] | null | undefined,
): value is readonly HeaderValue[] => Array.isArray(value);

/** Returns the first value of a header. */
export function firstHeader(headers: Headers, name: string): HeaderValue | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return isHeaderList(value) ? value[0] : value;
}
