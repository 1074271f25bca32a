/** Wakes a loop that checks its state after each event, or after some time without one. */
export class Wakeup {
  #wake: () => void = () => undefined;
  #isSignalled = false;

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.wake(), { once: true });
  }

  wake(): void {
    this.#isSignalled = true;
    this.#wake();
  }

  /**
   * Waits for an event. Resolves with `true` at the next event, or immediately if there was an event since the last call. Resolves
   * with `false` if no event occurs within the given number of milliseconds.
   */
  async within(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.#isSignalled) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, milliseconds);
      });
      clearTimeout(timer);
    }
    const wasSignalled = this.#isSignalled;
    this.#isSignalled = false;
    return wasSignalled;
  }
}
