const EVERY = 1_000;
/** How late a timer must be to indicate a freeze, in milliseconds. A busy event loop delays timers by less. */
const TOO_LATE = 1_000;
/**
 * How long after a freeze a response that is read may have arrived during the freeze, in milliseconds. A response that is read
 * later was also sent later.
 */
const AT_ONCE = 1_000;

/**
 * Detects when this process was frozen: stopped, suspended with its machine, or blocked in its event loop. A response that arrives
 * during a freeze waits in its socket. SQS counts the visibility timeout from the time at which it sent the response.
 */
export class Standstill {
  readonly #timer: NodeJS.Timeout;
  #lastTick = Date.now();
  #last: { readonly from: number; readonly to: number } | undefined;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), EVERY);
    this.#timer.unref();
  }

  /**
   * Returns the earliest time at which a response that was just read can have arrived. This is the beginning of a freeze that has
   * just ended, if it ended after the request. Otherwise, it is the current time.
   *
   * @param askedAt in milliseconds since the epoch
   */
  earliest(askedAt: number): number {
    this.#tick();
    const now = Date.now();
    if (this.#last === undefined) return now;
    const { from, to } = this.#last;
    return to > askedAt && now - to < AT_ONCE ? from : now;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = Date.now();
    if (now - this.#lastTick > EVERY + TOO_LATE) this.#last = { from: this.#lastTick, to: now };
    this.#lastTick = now;
  }
}
