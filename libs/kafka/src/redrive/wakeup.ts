/** What someone waits for who looks again at each event, or after a while without any. */
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

  /** Resolves at the next event, or at once if one came since the last time; `false` where none came for so many milliseconds. */
  async within(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.#isSignalled) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, milliseconds);
      });
      clearTimeout(timer);
    }
    const came = this.#isSignalled;
    this.#isSignalled = false;
    return came;
  }
}
