/**
 * Holds a driver back for a moment, where room is about to come. A pause is dear: a driver that has nothing left to read sleeps
 * for as long as a fetch may take (kafkajs, consumerGroup.js, `fetch`), whoever resumes it meanwhile.
 */
export class CapacityWait {
  #release: (() => void) | undefined;

  /** Resolves once it is ended, or after so many milliseconds. */
  async wait(milliseconds: number): Promise<void> {
    this.end();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), milliseconds);
    this.#release = () => resolve(undefined);
    await promise;
    clearTimeout(timer);
  }

  end(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
