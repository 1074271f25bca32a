/** The counts of one racing process. */
export interface RaceReport {
  readonly granted: number;
  /** How often another process held the lease. */
  readonly leased: number;
  readonly completed: number;
  readonly released: number;
  /** How often the process was granted a key that another process was using. */
  readonly overlaps: number;
}

export const KEYS = 1_000;

/**
 * The names of counters in Redis: how many processes use a key now, and how often it was completed. They do not depend on the
 * counts of the processes.
 */
export const inProgress = (key: number): string => `observer:in-progress:${key}`;
export const done = (key: number): string => `observer:done:${key}`;
