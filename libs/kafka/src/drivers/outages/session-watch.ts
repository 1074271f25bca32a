/**
 * Detects by this process's own clock that a member's session is over. Otherwise, a member that cannot reach the broker would not
 * notice, and would process messages that another member already has.
 */
export class SessionWatch {
  readonly #timeout: number;
  readonly #onExpired: () => void;
  #lastHeartbeat = 0;
  #timer: NodeJS.Timeout | undefined;
  #isEnded = false;

  /** @param timeout the session timeout, in milliseconds */
  constructor(timeout: number, onExpired: () => void) {
    this.#timeout = timeout;
    this.#onExpired = onExpired;
  }

  /** Reports that the broker has acknowledged a heartbeat, or a join. */
  alive(): void {
    this.#lastHeartbeat = performance.now();
    if (this.#timer === undefined && !this.#isEnded) this.#wait(this.#timeout);
  }

  /** Stops watching for good, even if a heartbeat is acknowledged later. */
  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
  }

  /** Sets one timer per session timeout, not one per heartbeat. */
  #wait(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      const left = this.#lastHeartbeat + this.#timeout - performance.now();
      if (left > 0) {
        this.#wait(left);
        return;
      }
      this.#timer = undefined;
      this.#onExpired();
    }, milliseconds).unref();
  }
}
