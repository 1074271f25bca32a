import { setImmediate as turn } from 'node:timers/promises';

/**
 * Waits for a response for at most this many milliseconds. If the time expires, calls `giveUp` and rejects with the error that it
 * returns. A response that arrived while the event loop was blocked counts as in time. Node runs timers before it reads sockets,
 * so this function waits until the sockets have been read.
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
