/** Callers wait until it is opened. After that, nobody waits. */
export class Gate {
  readonly #opened = Promise.withResolvers<undefined>();

  /** Resolves when the gate is open. */
  pass(): Promise<undefined> {
    return this.#opened.promise;
  }

  open(): void {
    this.#opened.resolve(undefined);
  }
}
