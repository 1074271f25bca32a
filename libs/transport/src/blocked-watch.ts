/** How long something may be blocked before it is reported to health, in milliseconds. */
export const ATTENTION_AFTER = 30_000;

/** Receives reports of problems that need attention. See `ThroughlineHealth`. */
export interface HealthReports {
  report(who: string, what: string): void;
  clear(who: string): void;
}

/**
 * Watches something that may be blocked, such as a request. Reports it to health if it has been blocked for 30 s, and clears the
 * report when it is no longer blocked.
 */
export class BlockedWatch {
  readonly #health: HealthReports;
  readonly #who: string;
  #reason: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(health: HealthReports, who: string) {
    this.#health = health;
    this.#who = who;
  }

  /** Marks the watched subject as blocked. If the subject stays blocked, the report contains the most recent reason. */
  blocked(reason: string): void {
    if (this.#reason === undefined) {
      this.#timer = setTimeout(() => {
        this.#health.report(this.#who, this.#reason ?? reason);
      }, ATTENTION_AFTER);
      this.#timer.unref();
    }
    this.#reason = reason;
  }

  /** Marks the watched subject as no longer blocked, or as no longer relevant. */
  freed(): void {
    if (this.#reason === undefined) return;
    clearTimeout(this.#timer);
    this.#reason = undefined;
    this.#health.clear(this.#who);
  }
}
