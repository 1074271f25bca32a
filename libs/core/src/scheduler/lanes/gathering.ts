import { timerDelay } from '#base';

/** Lets a slot for several messages wait for more messages after the first one. */
export class Gathering {
  readonly #perSlot: number;
  readonly #within: number;
  readonly #onOver: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  /** @param within the longest wait for more messages, in milliseconds; 0 means no wait */
  constructor(perSlot: number, within: number, onOver: () => void) {
    this.#perSlot = perSlot;
    this.#within = within;
    this.#onOver = onOver;
  }

  /** Returns whether a batch may start: it is full, or the wait is over. Otherwise, calls `onOver` when the wait is over. */
  isEnough(ready: number): boolean {
    if (ready >= this.#perSlot || this.#within === 0 || this.#isOver) return true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#isOver = true;
      this.#onOver();
    }, timerDelay(this.#within));
    return false;
  }

  /** Ends the wait for a batch. Called when its messages are taken, or when no more messages will come. */
  end(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isOver = false;
  }
}
