import { setTimeout as pause } from 'node:timers/promises';

/**
 * Limits the rate of a redrive's operations. If no rate is given, there is no limit.
 *
 * @param rate operations per second
 * @returns a function whose promise resolves when the caller may continue, and rejects if `signal` has aborted
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
