import { LinkedList, type LinkedNode } from '#base';
import { timerDelay } from '#base';

/** A run, or other work, with a time limit. */
export interface Timed<T> extends LinkedNode<T> {
  endsAt: number;
}

/**
 * Reports every run that exceeds its time limit. All runs share one timer, because a timer for each run would cost more than
 * scheduling the message.
 */
export class OverdueWatch<T extends Timed<T>> {
  readonly #open = new LinkedList<T>();
  readonly #within: number;
  readonly #onOver: (overdue: T) => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param within in milliseconds */
  constructor(within: number, onOver: (overdue: T) => void) {
    this.#within = within;
    this.#onOver = onOver;
  }

  begin(one: T): void {
    one.endsAt = performance.now() + this.#within;
    this.#open.add(one);
    if (this.#timer === undefined) this.#timer = this.#wakeIn(this.#within);
  }

  end(one: T): void {
    this.#open.remove(one);
  }

  /** Starts the timer. The timer itself does not keep the process alive. Work in progress does. */
  #wakeIn(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => this.#look(), timerDelay(milliseconds)).unref();
  }

  #look(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const one of this.#open) {
      if (one.endsAt > now) {
        this.#timer = this.#wakeIn(Math.ceil(one.endsAt - now));
        return;
      }
      this.#open.remove(one);
      this.#onOver(one);
    }
  }
}
