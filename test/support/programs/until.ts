import { setTimeout as pause } from 'node:timers/promises';

const TIMEOUT_MS = 90_000;
const POLL_INTERVAL_MS = 100;

/** Polls until there is an answer. */
export async function until<T>(what: string, poll: () => Promise<T | undefined>): Promise<T> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  for (;;) {
    const found = await poll();
    if (found !== undefined) return found;
    if (limit.aborted) throw new Error(`Timed out waiting for: ${what}.`);
    await pause(POLL_INTERVAL_MS);
  }
}
