import { timerDelay } from '#base';

/** Lets a slot for several messages wait for more messages after the first one. */
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

  /** Returns whether there are enough messages to start a batch. If not, `onOver` is called when the wait is over. */
  isEnough(ready: number): boolean {
    if (ready >= this.#perSlot || this.#within === 0 || this.#isOver) return true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#isOver = true;
      this.#onOver();
    }, timerDelay(this.#within));
    return false;
  }

  /** Resets the wait for a batch, because its messages were taken, or because no more will come. */
  end(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isOver = false;
  }
}
