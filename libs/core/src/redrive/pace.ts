import { setTimeout as pause } from 'node:timers/promises';

/**
 * Gives out turns, so many a second; with no rate, at once.
 *
 * @param rate turns a second
 * @returns a function whose promise resolves when it is the caller's turn, and rejects once `signal` has aborted
 */
export function pace(rate: number | undefined, signal: AbortSignal): () => Promise<void> {
  let next = 0;
  return async () => {
    signal.throwIfAborted();
    if (rate === undefined) return;
    const now = Date.now();
    const turn = Math.max(now, next);
    next = turn + 1_000 / rate;
    if (turn > now) await pause(turn - now, undefined, { signal });
  };
}
