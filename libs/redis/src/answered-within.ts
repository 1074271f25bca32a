import { setImmediate as turn } from 'node:timers/promises';

/**
 * Waits for an answer, but no longer than so many milliseconds; then calls `giveUp` and rejects with what it returns. An answer that
 * has arrived while the event loop was blocked is not late: timers run before sockets are read, so they are read once more first.
 */
export async function answeredWithin<R>(
  milliseconds: number,
  answer: Promise<R>,
  giveUp: () => Error,
): Promise<R> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    void turn().then(() => {
      if (!isAnswered) late.reject(giveUp());
    });
  }, milliseconds);
  let isAnswered = false;
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    isAnswered = true;
    clearTimeout(timer);
  }
}
