/** A map by header name, without a prototype: a sender may call a header `__proto__` or `constructor`. */
export const headerMap = <V>(): Record<string, V> => Object.create(null) as Record<string, V>;
