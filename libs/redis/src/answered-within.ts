import { setImmediate as turn } from 'node:timers/promises';

/**
 * Waits for a response for at most this many milliseconds. Then it calls `giveUp` and rejects with the error that `giveUp` returns.
 * An answer that arrived while the event loop was blocked is in time: timers run before sockets are read, so the sockets are read
 * first.
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
