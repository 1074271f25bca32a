import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

/** Whether a promise is settled after one turn of the event loop. */
export async function isSettled(turn: Promise<void>): Promise<boolean> {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  turn.then(settle, settle);
  await turnOfTheLoop();
  return settled;
}

/**
 * Waits for `work` or for the signal, whichever comes first. Removes its listener from the signal, since a signal may outlive a
 * million calls.
 */
export async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) {
    work.catch(() => undefined);
    return;
  }
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const onAbort = (): void => resolve(undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
