import { inspect } from 'node:util';

type Result<R> = { readonly value: R } | { readonly thrown: unknown };

/**
 * For those who write a tracer: keeps a vendor's mistakes away from deliveries and sends. The first one is told, since the rest
 * would say the same.
 *
 * @example
 * const guard = new Guard('The agent', (message) => logger.warn(message));
 * const span = guard.attempt(() => agent.startSpan('send')); // undefined where that threw
 */
export class Guard {
  readonly #vendor: string;
  readonly #warn: (message: string) => void;
  readonly #told = new Set<string>();

  /**
   * @param vendor as a warning's first words
   * @param warn told of each topic once
   */
  constructor(vendor: string, warn: (message: string) => void) {
    this.#vendor = vendor;
    this.#warn = warn;
  }

  /** Tells a thing once, however often it happens. */
  once(topic: string, message: () => string): void {
    if (this.#told.has(topic)) return;
    this.#told.add(topic);
    this.#warn(message());
  }

  /** Does something with the vendor; `undefined` where that threw. */
  attempt<R>(call: () => R): R | undefined {
    try {
      return call();
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  /** Awaits something of the vendor's; a rejection is told like an exception. */
  async attemptAsync(call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.#tell(error);
    }
  }

  /**
   * Runs `work` inside something that the vendor does: exactly once, and what it returns or throws is what comes out, even
   * where the vendor throws before it, throws after it, or does not run it.
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
      if (!isThrownBy(result, error)) this.#tell(error);
    }
    return resultOf(result, work);
  }

  #tell(error: unknown): void {
    this.once(
      'threw',
      () => `${this.#vendor} threw; messages go on, their traces may be gaps: ${inspect(error)}`,
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
