const SOON = Symbol('soon');

/** Items as their turns come. What may go at once goes together; nothing waits for the turn of what comes after it. */
export async function* inTurn<T>(
  items: readonly T[],
  turn: () => Promise<void>,
): AsyncGenerator<readonly T[], void> {
  let ready: T[] = [];
  for (const item of items) {
    const granted = turn();
    if (ready.length > 0 && !(await isSoon(granted))) {
      // Whoever takes these may leave, and nobody would hear of a turn that is refused meanwhile.
      granted.catch(() => undefined);
      yield ready;
      ready = [];
    }
    await granted;
    ready.push(item);
  }
  if (ready.length > 0) yield ready;
}

/** Whether it resolves within this turn of the event loop. */
async function isSoon(granted: Promise<void>): Promise<boolean> {
  const soon = new Promise<typeof SOON>((resolve) => setImmediate(resolve, SOON));
  return (await Promise.race([granted, soon])) !== SOON;
}
