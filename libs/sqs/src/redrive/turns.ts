const NOT_YET = Symbol('not yet');

/**
 * Yields items at the rate that `turn` permits. Items that need not wait are yielded together. No item waits for a later item's
 * turn.
 */
export async function* inTurn<T>(
  items: readonly T[],
  turn: () => Promise<void>,
): AsyncGenerator<readonly T[], void> {
  let ready: T[] = [];
  for (const item of items) {
    const granted = turn();
    if (ready.length > 0 && !(await isImmediate(granted))) {
      // If the consumer stops after these items, nobody else handles a rejection of `granted`.
      granted.catch(() => undefined);
      yield ready;
      ready = [];
    }
    await granted;
    ready.push(item);
  }
  if (ready.length > 0) yield ready;
}

/** Whether a promise settles within this turn of the event loop. */
async function isImmediate(granted: Promise<void>): Promise<boolean> {
  const notYet = new Promise<typeof NOT_YET>((resolve) => setImmediate(resolve, NOT_YET));
  return (await Promise.race([granted, notYet])) !== NOT_YET;
}
