/** Waits for the given number of milliseconds, or until `until` aborts. */
export const pause = (milliseconds: number, until?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (until?.aborted === true) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      until?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    until?.addEventListener('abort', end);
  });
