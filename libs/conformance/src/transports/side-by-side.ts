const AT_ONCE = 8;

/** Begins all of these, a few at a time, and tells the end of each. */
export function sideBySide<T>(
  all: readonly T[],
  perform: (one: T) => Promise<void>,
): ReadonlyMap<T, Promise<void>> {
  const ends = new Map(all.map((one) => [one, Promise.withResolvers<undefined>()] as const));
  const waiting = ends.entries();
  const next = async (): Promise<void> => {
    for (const [one, end] of waiting) {
      await perform(one).then(() => end.resolve(undefined), end.reject);
    }
  };
  for (const { promise } of ends.values()) promise.catch(() => undefined); // told by who asks for it
  for (let each = 0; each < AT_ONCE; each += 1) void next();
  return new Map([...ends].map(([one, { promise }]) => [one, promise]));
}
