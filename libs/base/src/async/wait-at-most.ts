import { timerDelay } from './timer.js';

/**
 * Waits for `work` for at most the given number of milliseconds. If the time expires, rejects with the result of `tooLate`.
 * `work` itself continues, and its result is ignored.
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

/** Waits for a limited time until `work` has resolved or rejected. */
export async function settledWithin(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const tooLate = (): Error => new Error(`The promise did not settle within ${milliseconds} ms.`);
  await within(milliseconds, work, tooLate).catch(() => undefined);
}

/**
 * Waits for `work` until `deadline` aborts, and keeps the process alive while it waits. Resolves with `true` if `work` ended in
 * time, otherwise with `false`. Rejects if `work` rejects.
 */
export async function endsBefore(deadline: AbortSignal, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const giveUp = (): void => {
    late.resolve(false);
  };
  if (deadline.aborted) giveUp();
  deadline.addEventListener('abort', giveUp, { once: true });
  const keepAlive = setInterval(() => undefined, 1_000);
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    clearInterval(keepAlive);
    deadline.removeEventListener('abort', giveUp);
  }
}
