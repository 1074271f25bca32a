/**
 * Tells of whatever has not ended within a time that is the same for all: one timer for all of them, since a timer each costs a
 * message more than its way through the lanes.
 */
export class Deadlines<T> {
  /** When the time of each is over; in the order in which they began. */
  readonly #open = new Map<T, number>();
  readonly #within: number;
  readonly #onOver: (overdue: T) => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param within in milliseconds */
  constructor(within: number, onOver: (overdue: T) => void) {
    this.#within = within;
    this.#onOver = onOver;
  }

  begin(one: T): void {
    this.#open.set(one, performance.now() + this.#within);
    if (this.#timer === undefined) this.#timer = this.#wakeIn(this.#within);
  }

  end(one: T): void {
    this.#open.delete(one);
  }

  /** It keeps nobody alive: whoever is at work does that. */
  #wakeIn(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => this.#look(), milliseconds).unref();
  }

  #look(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [one, endsAt] of this.#open) {
      if (endsAt > now) {
        this.#timer = this.#wakeIn(Math.ceil(endsAt - now));
        return;
      }
      this.#open.delete(one);
      this.#onOver(one);
    }
  }
}
