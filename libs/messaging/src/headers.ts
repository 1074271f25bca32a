/** One header's value: text or bytes. */
export type HeaderValue = string | Uint8Array;

/** The headers of a message by name; a name that came several times holds a list, in order. */
export type Headers = Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

/** The first value of a header, whatever its form. */
export function firstHeader(headers: Headers, name: string): HeaderValue | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return Array.isArray(value) ? (value as readonly HeaderValue[])[0] : (value as HeaderValue);
}
