import { errorClassOf, isBlocked, type ErrorClass } from '#base';

/** How long no request may succeed before silence is an outage; a broker's own restart of a leader is shorter. */
const graceMilliseconds = 2_000;

export interface OutageListener {
  down(error: Error): void;
  up(): void;
}

/**
 * Tells an outage once, from what every single request says, and again where its reason becomes one of another class. With several
 * brokers the death of one is none: requests to the others succeed all the time.
 */
export class Outage {
  #state: 'up' | 'doubtful' | 'crashed' | 'over' = 'up';
  #timer: NodeJS.Timeout | undefined;
  #recovery: NodeJS.Timeout | undefined;
  #last: Error | undefined;
  #reported: { readonly errorClass: ErrorClass | undefined } | undefined;

  constructor(
    private readonly listener: OutageListener,
    private readonly grace = graceMilliseconds,
  ) {}

  /** Why there is no work done, if there is none. */
  get reason(): Error | undefined {
    return this.#state === 'up' ? undefined : this.#last;
  }

  /** A request failed because the broker was not there or was silent. */
  failed(error: Error): void {
    // Of several brokers one may be down while the others say no: what is denied stays denied.
    if (this.#state === 'crashed' && isBlocked(this.#last)) return;
    this.#last = error;
    if (this.#state !== 'up') return;
    this.#state = 'doubtful';
    this.#scheduleReport();
  }

  /** A request was answered. */
  reached(): void {
    if (this.#state === 'doubtful') this.#recover();
  }

  /**
   * The client gave up; only `working` ends this, since a new client reaches the broker and may crash the same way. A broker that
   * has just started makes clients give up for a moment ("the coordinator is loading"): that is no outage either.
   */
  crashed(error: Error): void {
    if (this.#state === 'over') return;
    const before = this.#state;
    this.#last = error;
    this.#state = 'crashed';
    clearTimeout(this.#recovery);
    this.#recovery = undefined;
    if (this.#reported === undefined) {
      if (before !== 'crashed') this.#scheduleReport();
    } else if (this.#reported.errorClass !== errorClassOf(error)) this.#report();
  }

  /**
   * The client that gave up does its work again. What was blocked has to work for a while: another broker, which has none of the
   * partitions that are denied, answers in between.
   */
  working(): void {
    if (this.#state !== 'crashed') return;
    if (!isBlocked(this.#last)) this.#recover();
    else this.#recovery ??= setTimeout(() => this.#recover(), this.grace / 2).unref();
  }

  /** Nothing is told any more. */
  end(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#recovery);
    this.#state = 'over';
  }

  #scheduleReport(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#report(), this.grace).unref();
  }

  #report(): void {
    const error = this.#last;
    if (error === undefined) return;
    this.#reported = { errorClass: errorClassOf(error) };
    this.listener.down(error);
  }

  #recover(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#recovery);
    this.#recovery = undefined;
    this.#state = 'up';
    if (this.#reported === undefined) return;
    this.#reported = undefined;
    this.listener.up();
  }
}
