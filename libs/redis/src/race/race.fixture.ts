/** What a racing process has counted. */
export interface RaceReport {
  readonly granted: number;
  /** How often another process held the lease. */
  readonly leased: number;
  readonly completed: number;
  readonly released: number;
  /** How often it was granted a key that another process was using. */
  readonly overlaps: number;
}

export const KEYS = 1_000;

/** Counters in Redis: the processes that use a key now, and how often it was completed. They do not depend on the processes' own counts. */
export const inProgress = (key: number): string => `observer:in-progress:${key}`;
export const done = (key: number): string => `observer:done:${key}`;
