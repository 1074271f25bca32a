/** How long something may be blocked before a {@link BlockedWatch} reports it to health, in milliseconds. */
export const ATTENTION_AFTER = 30_000;

/** Receives reports of problems that need attention. See `ThroughlineHealth`. */
export interface HealthReports {
  report(who: string, what: string): void;
  clear(who: string): void;
}

/**
 * Watches something that may be blocked, such as a request. If it has been blocked for 30 s, reports it to health. When it is no
 * longer blocked, clears the report.
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

  /** Marks the watched subject as no longer blocked. Call it, too, when the subject no longer matters. */
  freed(): void {
    if (this.#reason === undefined) return;
    clearTimeout(this.#timer);
    this.#reason = undefined;
    this.#health.clear(this.#who);
  }
}
