/**
 * A value, or a promise of it. What is known at once is handed on at once: a promise a step costs a message more than all that
 * its steps do (docs/performance.md).
 */
export type MaybePromise<T> = T | Promise<T>;

/** What `next` makes of the value, now or once it is there. */
export function andThen<T, R>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** What one of the two makes of how `work` ends, now or later. What they throw themselves goes to the caller. */
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

/** What `work` gives; where it throws, now or later, what `rescue` makes of that. */
export const orElse = <T>(
  work: () => MaybePromise<T>,
  rescue: (error: unknown) => T,
): MaybePromise<T> => either(work, same, rescue);

const same = <T>(value: T): T => value;

/** All of them, and no promise where none is one. */
export function allOf<T>(soon: readonly MaybePromise<T>[]): MaybePromise<readonly T[]> {
  const known: T[] = [];
  for (const one of soon) {
    if (one instanceof Promise) return Promise.all(soon);
    known.push(one);
  }
  return known;
}

/**
 * Something was answered where nobody waits: should it be a promise that rejects, nobody would hear of it, and that would end the
 * process.
 */
export function leaveUnheard(answer: unknown): void {
  if (typeof answer === 'object' && answer !== null) {
    Promise.resolve(answer).catch(() => undefined);
  }
}

/** Whatever can be awaited: the queries of some libraries do nothing before that, and are no promises. */
export const isAwaitable = (answer: unknown): answer is PromiseLike<unknown> =>
  ((typeof answer === 'object' && answer !== null) || typeof answer === 'function') &&
  'then' in answer &&
  typeof answer.then === 'function';
