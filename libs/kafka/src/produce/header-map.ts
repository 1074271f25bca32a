/** Creates a map by header name. It has no prototype, since a header may be named `__proto__` or `constructor`. */
export const headerMap = <V>(): Record<string, V> => Object.create(null) as Record<string, V>;
