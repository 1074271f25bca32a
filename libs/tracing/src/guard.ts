import { inspect } from 'node:util';

type Result<R> = { readonly value: R } | { readonly thrown: unknown };

/**
 * Protects deliveries and sends from exceptions in a vendor's code. Use it when you implement a tracer. Only the first exception
 * is reported, because later ones would probably have the same cause.
 *
 * @example
 * const guard = new Guard('The agent', (message) => logger.warn(message));
 * const span = guard.attempt(() => agent.startSpan('send')); // undefined if that threw
 */
export class Guard {
  readonly #vendor: string;
  readonly #warn: (message: string) => void;
  readonly #warned = new Set<string>();

  /**
   * @param vendor The name of the vendor's software, with which each warning begins.
   * @param warn Called once for each kind of warning.
   */
  constructor(vendor: string, warn: (message: string) => void) {
    this.#vendor = vendor;
    this.#warn = warn;
  }

  /** Logs a warning the first time that this kind of problem occurs. */
  warnOnce(problem: string, message: () => string): void {
    if (this.#warned.has(problem)) return;
    this.#warned.add(problem);
    this.#warn(message());
  }

  /** Calls the vendor's code. Returns `undefined` if the vendor's code throws. */
  attempt<R>(call: () => R): R | undefined {
    try {
      return call();
    } catch (error) {
      this.#report(error);
      return undefined;
    }
  }

  /** Calls the vendor's code and waits for it. A rejection is treated like an exception. */
  async attemptAsync(call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.#report(error);
    }
  }

  /**
   * Runs `work` inside a call to the vendor's code. `work` runs exactly once, and its result or error is passed on. This also
   * holds if the vendor's code throws before or after `work`, or does not run it.
   */
  around<R>(enter: (work: () => R) => R, work: () => R): R {
    let result: Result<R> | undefined;
    const observed = (): R => {
      try {
        const value = work();
        result = { value };
        return value;
      } catch (thrown) {
        result = { thrown };
        throw thrown;
      }
    };
    try {
      enter(observed);
    } catch (error) {
      if (!isThrownBy(result, error)) this.#report(error);
    }
    return resultOf(result, work);
  }

  #report(error: unknown): void {
    this.warnOnce(
      'threw',
      () =>
        `${this.#vendor} threw an error. Messages are unaffected, but their traces may have gaps. The error is: ${inspect(error)}`,
    );
  }
}

const isThrownBy = (result: Result<unknown> | undefined, error: unknown): boolean =>
  result !== undefined && 'thrown' in result && result.thrown === error;

function resultOf<R>(result: Result<R> | undefined, work: () => R): R {
  if (result === undefined) return work();
  if ('thrown' in result) throw result.thrown;
  return result.value;
}
