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
   * Resolves at the next event, or at once if there was one since the last call; to `false` if there is none for so many
   * milliseconds.
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
