import { inspect } from 'node:util';

type Result<R> = { readonly value: R } | { readonly thrown: unknown };

/** Keeps the agent's mistakes away from deliveries and sends; the first one is told, since the rest would say the same. */
export class Guard {
  readonly #warn: (message: string) => void;
  readonly #told = new Set<string>();

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Tells a thing once, however often it happens. */
  once(topic: string, message: () => string): void {
    if (this.#told.has(topic)) return;
    this.#told.add(topic);
    this.#warn(message());
  }

  /** Does something with the agent; `undefined` where that threw. */
  attempt<R>(agentCall: () => R): R | undefined {
    try {
      return agentCall();
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  /** Awaits something of the agent's; a rejection is told like an exception. */
  async attemptAsync(agentCall: () => Promise<unknown>): Promise<void> {
    try {
      await agentCall();
    } catch (error) {
      this.#tell(error);
    }
  }

  /**
   * Runs `work` inside something that the agent does. The work runs exactly once, and what it returns or throws is what comes
   * out, even where the agent throws before it, throws after it, or does not run it.
   */
  around<R>(enter: (work: () => R) => R, work: () => R): R {
    const ran: { result?: Result<R> } = {};
    try {
      enter(() => {
        try {
          const value = work();
          ran.result = { value };
          return value;
        } catch (thrown) {
          ran.result = { thrown };
          throw thrown;
        }
      });
    } catch (error) {
      if (!threw(ran.result, error)) this.#tell(error);
    }
    if (ran.result === undefined) return work();
    if ('thrown' in ran.result) throw ran.result.thrown;
    return ran.result.value;
  }

  #tell(error: unknown): void {
    this.once(
      'threw',
      () => `The Elastic agent threw; messages go on, their traces may be gaps: ${inspect(error)}`,
    );
  }
}

const threw = (result: Result<unknown> | undefined, error: unknown): boolean =>
  result !== undefined && 'thrown' in result && result.thrown === error;
