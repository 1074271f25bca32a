import { errorClassOf, isBlocked, type ErrorClass } from '#base';

/**
 * How long requests must fail before the failure counts as an outage, in milliseconds. The election of a new leader takes less
 * time.
 */
const graceMilliseconds = 2_000;

export interface OutageListener {
  down(error: Error): void;
  up(): void;
}

/**
 * Derives outages from the results of all requests. Reports an outage once, and again if its reason changes to another error class.
 * With several brokers, the failure of one broker is not an outage, since requests to the others succeed.
 */
export class Outage {
  #state: 'up' | 'failing' | 'crashed' | 'over' = 'up';
  #timer: NodeJS.Timeout | undefined;
  #recovery: NodeJS.Timeout | undefined;
  #last: Error | undefined;
  #reported: { readonly errorClass: ErrorClass | undefined } | undefined;

  constructor(
    private readonly listener: OutageListener,
    private readonly grace = graceMilliseconds,
  ) {}

  /** The reason why the client is currently not working. `undefined` if it is working. */
  get reason(): Error | undefined {
    return this.#state === 'up' ? undefined : this.#last;
  }

  /** Reports that a request failed because the broker was unavailable. */
  failed(error: Error): void {
    // If one broker is down while others deny the request, the denial remains the reason.
    if (this.#state === 'crashed' && isBlocked(this.#last)) return;
    this.#last = error;
    if (this.#state !== 'up') return;
    this.#state = 'failing';
    this.#scheduleReport();
  }

  /** Reports that a request received a response. */
  reached(): void {
    if (this.#state === 'failing') this.#recover();
  }

  /**
   * Reports that the client crashed. Only {@link working} ends this state, because a new client may reach the broker and then crash
   * in the same way. A broker that has just started makes clients crash for a moment ("the coordinator is loading"). This is not an
   * outage.
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
   * Reports that the client works again after a crash. If the client was blocked, the outage ends only after it has worked for a
   * while. In between, requests to a broker without the denied partitions may succeed.
   */
  working(): void {
    if (this.#state !== 'crashed') return;
    if (!isBlocked(this.#last)) this.#recover();
    else this.#recovery ??= setTimeout(() => this.#recover(), this.grace / 2).unref();
  }

  /** Stops reporting. */
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
