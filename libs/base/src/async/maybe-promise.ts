/**
 * A value, or a promise for a value. Steps pass on a synchronous value without a promise, because a promise for each step would
 * cost more than the steps themselves (docs/performance.md).
 */
export type MaybePromise<T> = T | Promise<T>;

/** Calls `next` with the value: immediately if the value is available, otherwise when its promise resolves. */
export function andThen<T, R>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/**
 * Calls one of two functions with the result or the error of `work`. The call is immediate if `work` is synchronous; otherwise,
 * it follows when the promise settles. Errors of these functions are passed to the caller.
 */
export function either<T, R>(
  work: () => MaybePromise<T>,
  onValue: (value: T) => R,
  onError: (error: unknown) => R,
): MaybePromise<R> {
  let value: MaybePromise<T>;
  try {
    value = work();
  } catch (error) {
    return onError(error);
  }
  return value instanceof Promise ? value.then(onValue, onError) : onValue(value);
}

/** Returns the result of `work`. If `work` throws or rejects, returns the result of `rescue`. */
export const orElse = <T>(
  work: () => MaybePromise<T>,
  rescue: (error: unknown) => T,
): MaybePromise<T> => either(work, same, rescue);

const same = <T>(value: T): T => value;

/** Combines values like `Promise.all`, but synchronously if no value is a promise. */
export function allOf<T>(soon: readonly MaybePromise<T>[]): MaybePromise<readonly T[]> {
  const known: T[] = [];
  for (const one of soon) {
    if (one instanceof Promise) return Promise.all(soon);
    known.push(one);
  }
  return known;
}

/**
 * Ignores a returned value that nobody waits for. If the value is a promise that rejects, this function handles the rejection. An
 * unhandled rejection would end the process.
 */
export function leaveUnheard(answer: unknown): void {
  if (typeof answer === 'object' && answer !== null) {
    Promise.resolve(answer).catch(() => undefined);
  }
}

/**
 * Whether the value can be awaited. A value with a `then` method is enough: some libraries return queries that are not promises
 * and run only when they are awaited.
 */
export const isAwaitable = (answer: unknown): answer is PromiseLike<unknown> =>
  ((typeof answer === 'object' && answer !== null) || typeof answer === 'function') &&
  'then' in answer &&
  typeof answer.then === 'function';
