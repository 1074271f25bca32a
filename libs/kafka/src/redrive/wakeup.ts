/** What someone waits for who looks again at each event, or after a while without any. */
export class News {
  #wake: () => void = () => undefined;
  #hasNews = false;

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.tell(), { once: true });
  }

  tell(): void {
    this.#hasNews = true;
    this.#wake();
  }

  /** Resolves at the next event, or at once if one came since the last time; `false` where none came for so many milliseconds. */
  async within(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.#hasNews) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, milliseconds);
      });
      clearTimeout(timer);
    }
    const came = this.#hasNews;
    this.#hasNews = false;
    return came;
  }
}
