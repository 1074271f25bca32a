/**
 * Lets a driver wait briefly for capacity before its partition is paused. A pause is expensive: a driver with nothing left to read
 * sleeps for the maximum duration of a fetch, even if the partition is resumed earlier (kafkajs, consumerGroup.js, `fetch`).
 */
export class CapacityWait {
  #release: (() => void) | undefined;

  /** Waits for capacity. Resolves when {@link CapacityWait.end} is called, or after the given number of milliseconds. */
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
