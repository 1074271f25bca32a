/** The promise's outcome, or the error where it takes longer than `milliseconds`. */
export function withDeadline<T>(
  milliseconds: number,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(late());
    }, milliseconds);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

/** Waits for the end of the work, good or bad, but no longer than `milliseconds`. */
export async function waitAtMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  await withDeadline(milliseconds, work, () => new Error('late')).catch(() => undefined);
}

export interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

/** A promise that is settled from outside, and that nobody has to wait for. */
export function deferred(): Deferred {
  const settle: Omit<Deferred, 'promise'>[] = [];
  const promise = new Promise<void>((resolve, reject) => {
    settle.push({ resolve, reject });
  });
  promise.catch(() => undefined);
  return {
    promise,
    resolve: () => settle[0]?.resolve(),
    reject: (error) => settle[0]?.reject(error),
  };
}
