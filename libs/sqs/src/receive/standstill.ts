const EVERY = 1_000;
/** A delay of a timer, in milliseconds, that a busy event loop does not cause. */
const TOO_LATE = 1_000;
/**
 * How long after a freeze data may still have been waiting in a socket, in milliseconds. Data that is read later was also sent
 * later.
 */
const AT_ONCE = 1_000;

/**
 * Detects when this process was frozen: stopped, suspended with its machine, or blocked in its event loop. A response that arrived
 * in the meantime waited in its socket, and SQS counts the visibility timeout from the time at which it sent the response.
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
   * Returns the earliest time at which a response that has just been read can have arrived: now, or the beginning of a freeze since
   * the request.
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
