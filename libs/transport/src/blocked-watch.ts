/** How long something may be blocked before health reports it, in milliseconds. */
export const ATTENTION_AFTER = 30_000;

/** Receives reports of problems. See `ThroughlineHealth`. */
export interface HealthReports {
  report(who: string, what: string): void;
  clear(who: string): void;
}

/** Reports something that has been blocked for 30 s, and clears the report when it is no longer blocked. */
export class BlockedWatch {
  readonly #health: HealthReports;
  readonly #who: string;
  #reason: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(health: HealthReports, who: string) {
    this.#health = health;
    this.#who = who;
  }

  /** Marks the subject as blocked. The report contains the last reason. */
  blocked(reason: string): void {
    if (this.#reason === undefined) {
      this.#timer = setTimeout(() => {
        this.#health.report(this.#who, this.#reason ?? reason);
      }, ATTENTION_AFTER);
      this.#timer.unref();
    }
    this.#reason = reason;
  }

  /** Marks the subject as no longer blocked, or as no longer relevant. */
  freed(): void {
    if (this.#reason === undefined) return;
    clearTimeout(this.#timer);
    this.#reason = undefined;
    this.#health.clear(this.#who);
  }
}
