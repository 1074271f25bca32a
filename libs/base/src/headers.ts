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
  // They grow in place: a record of 1 MB may hold one name 300,000 times, and to copy them each time would take minutes.
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
