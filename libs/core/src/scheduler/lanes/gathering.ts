import { timerDelay } from '#base';

/** A slot for many waits a little for as many, from the moment on that there is one to begin with. */
export class Gathering {
  readonly #perSlot: number;
  readonly #within: number;
  readonly #onOver: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  /** @param within in milliseconds; 0: nobody is waited for */
  constructor(perSlot: number, within: number, onOver: () => void) {
    this.#perSlot = perSlot;
    this.#within = within;
    this.#onOver = onOver;
  }

  /** Whether so many are enough by now; where they are not, it tells once it has waited long enough. */
  isEnough(ready: number): boolean {
    if (ready >= this.#perSlot || this.#within === 0 || this.#isOver) return true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#isOver = true;
      this.#onOver();
    }, timerDelay(this.#within));
    return false;
  }

  /** They are taken, or nobody will come: it begins anew. */
  end(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isOver = false;
  }
}
