/** Holds whoever comes until it is opened; from then on, nobody. */
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
