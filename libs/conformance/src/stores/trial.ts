import type { Bench } from './bench.js';

/** One test of the suite. */
export interface StoreTrial {
  readonly title: string;
  readonly act: (bench: Bench) => Promise<void>;
}

export const trial = (title: string, act: StoreTrial['act']): StoreTrial => ({ title, act });
