const EVERY = 1_000;
/** A busy event loop does not delay a tick this much. */
const TOO_LATE = 1_000;
/** Data that was waiting in a socket is read within this time after a freeze. What is read later has been sent later. */
const AT_ONCE = 1_000;

/**
 * Detects when this process was frozen: stopped, suspended with its machine, or blocked in its event loop. An answer that arrived
 * meanwhile waited in its socket, and SQS counts the visibility timeout from when it was sent.
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
   * The earliest time at which an answer that has just been read can have arrived: now, or the beginning of a freeze since the
   * request.
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
