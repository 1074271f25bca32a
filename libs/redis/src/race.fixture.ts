/** What a racer has seen. */
export interface Sight {
  readonly granted: number;
  /** How often it has met another at the key. */
  readonly leased: number;
  readonly completed: number;
  readonly released: number;
  /** How often it was granted a key that another was at work at. */
  readonly overlaps: number;
}

export const KEYS = 1_000;

/** Redis counts who is at work at a key, and how often it was done: no racer has to be believed. */
export const inProgress = (key: number): string => `witness:at-work:${key}`;
export const done = (key: number): string => `witness:done:${key}`;
