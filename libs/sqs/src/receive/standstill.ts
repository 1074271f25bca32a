const EVERY = 1_000;
/** A tick that comes so much too late is no busy event loop any more. */
const TOO_LATE = 1_000;
/** What lay in a socket is read at once; what comes later than this has come afterwards. */
const AT_ONCE = 1_000;

/**
 * Knows when this process stood still: halted, frozen with its machine, or busy without a turn for anything else. An answer that was
 * under way meanwhile may have lain in its socket all that time, and SQS counts from when it was sent.
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
   * When an answer that has just been read may have come, at the earliest: now, unless the process stood still since it was asked
   * for.
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
