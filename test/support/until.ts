import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE = 90_000;
const LOOK_AGAIN_AFTER = 100;

/** Looks again and again at what tells nobody when it changes, until there is an answer. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const limit = AbortSignal.timeout(PATIENCE);
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (limit.aborted) throw new Error(`It has not come to this: ${what}.`);
    await pause(LOOK_AGAIN_AFTER);
  }
}
