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
  #state: 'up' | 'doubtful' | 'crashed' | 'over' = 'up';
  #timer: NodeJS.Timeout | undefined;
  #last: Error | undefined;
  #isTold = false;

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
    this.#tellSoon(error);
  }

  /** A request was answered. */
  reached(): void {
    if (this.#state === 'doubtful') this.#backUp();
  }

  /**
   * The client gave up; only `working` ends this, since a new client reaches the broker and may crash the same way. A broker that
   * has just started makes clients give up for a moment ("the coordinator is loading"): that is no outage either.
   */
  crashed(error: Error): void {
    if (this.#state === 'crashed' || this.#state === 'over') return;
    this.#last = error;
    this.#state = 'crashed';
    if (!this.#isTold) this.#tellSoon(error);
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

  #tellSoon(error: Error): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isTold = true;
      this.listener.down(this.#last ?? error);
    }, this.grace);
    this.#timer.unref();
  }

  #backUp(): void {
    clearTimeout(this.#timer);
    this.#state = 'up';
    if (!this.#isTold) return;
    this.#isTold = false;
    this.listener.up();
  }
}
