import { timerDelay } from './timer.js';

/**
 * Waits for `work`, but no longer than so many milliseconds; then rejects with what `tooLate` makes, and `work` goes on unseen.
 */
export async function within<R>(
  milliseconds: number,
  work: Promise<R>,
  tooLate: () => Error,
): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(tooLate());
    }, timerDelay(milliseconds));
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until `work` has settled, either way, but no longer than so many milliseconds. */
export async function settledWithin(milliseconds: number, work: Promise<unknown>): Promise<void> {
  await within(milliseconds, work, () => new Error('Not settled in time')).catch(() => undefined);
}
