import { LinkedList, type LinkedNode } from '#base';
import { timerDelay } from '#base';

/** Something whose time is counted. */
export interface Timed<T> extends LinkedNode<T> {
  endsAt: number;
}

/**
 * Tells of whatever has not ended within a time that is the same for all: one timer for all of them, since a timer each costs a
 * message more than its way through the lanes.
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

  /** It keeps nobody alive: whoever is at work does that. */
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
