/** How long something may be blocked until a person has to look at it, in milliseconds. */
export const ATTENTION_AFTER = 30_000;

/** Where troubles are reported; see `ThroughlineHealth`. */
export interface HealthReports {
  report(who: string, what: string): void;
  clear(who: string): void;
}

/** Reports what is blocked once that has lasted for 30 s, and clears the report once it has ended. */
export class BlockedWatch {
  readonly #health: HealthReports;
  readonly #who: string;
  #reason: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(health: HealthReports, who: string) {
    this.#health = health;
    this.#who = who;
  }

  /** It is blocked, for this reason: the last one that was given is reported. */
  blocked(reason: string): void {
    if (this.#reason === undefined) {
      this.#timer = setTimeout(() => {
        this.#health.report(this.#who, this.#reason ?? reason);
      }, ATTENTION_AFTER);
      this.#timer.unref();
    }
    this.#reason = reason;
  }

  /** It is blocked no longer, or nobody is there any more whom that concerns. */
  freed(): void {
    if (this.#reason === undefined) return;
    clearTimeout(this.#timer);
    this.#reason = undefined;
    this.#health.clear(this.#who);
  }
}
