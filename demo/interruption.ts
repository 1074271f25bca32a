/** Handles SIGINT and SIGTERM: the first signal stops the demo gracefully, the second one immediately. */
export class Interruption {
  readonly #first = new AbortController();
  #second: () => void = () => undefined;

  constructor() {
    const interrupt = (): void => {
      if (this.#first.signal.aborted) {
        this.#second();
        process.exit(130);
      }
      this.#first.abort(new Error('Interrupted.'));
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
  }

  get signal(): AbortSignal {
    return this.#first.signal;
  }

  onSecond(end: () => void): void {
    this.#second = end;
  }
}
