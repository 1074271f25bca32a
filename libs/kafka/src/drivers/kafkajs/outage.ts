/** How long no request may succeed before silence is an outage; a broker's own restart of a leader is shorter. */
const graceMilliseconds = 2_000;

export interface OutageListener {
  down(error: Error): void;
  up(): void;
}

/**
 * Tells an outage once, from what every single request says. With several brokers the death of one is none: requests to the
 * others succeed all the time.
 */
export class Outage {
  #state: 'up' | 'doubtful' | 'down' | 'crashed' | 'over' = 'up';
  #timer: NodeJS.Timeout | undefined;
  #last: Error | undefined;

  constructor(
    private readonly listener: OutageListener,
    private readonly grace = graceMilliseconds,
  ) {}

  /** Why the broker is away, if it is. */
  get reason(): Error | undefined {
    return this.#state === 'up' ? undefined : this.#last;
  }

  /** A request failed because the broker was not there or was silent. */
  failed(error: Error): void {
    this.#last = error;
    if (this.#state !== 'up') return;
    this.#state = 'doubtful';
    this.#timer = setTimeout(() => {
      this.#state = 'down';
      this.listener.down(this.#last ?? error);
    }, this.grace);
    this.#timer.unref();
  }

  /** A request was answered. */
  reached(): void {
    if (this.#state === 'doubtful' || this.#state === 'down') this.#backUp();
  }

  /** The client gave up; only `working` ends this, since a new client reaches the broker and may crash the same way. */
  crashed(error: Error): void {
    if (this.#state === 'crashed' || this.#state === 'over') return;
    const told = this.#state === 'down';
    clearTimeout(this.#timer);
    this.#state = 'crashed';
    if (!told) this.listener.down(error);
  }

  /** The client that gave up does its work again. */
  working(): void {
    if (this.#state === 'crashed') this.#backUp();
  }

  /** Nothing is told any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#state = 'over';
  }

  #backUp(): void {
    const told = this.#state !== 'doubtful';
    clearTimeout(this.#timer);
    this.#state = 'up';
    if (told) this.listener.up();
  }
}
