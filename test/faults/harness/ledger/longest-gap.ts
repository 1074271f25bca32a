import type { Ledger } from './ledger.js';

/** The longest time without an effect between this time of the harness' clock and the last effect, in milliseconds. */
export function longestGap({ effects }: Ledger, since: number): number {
  const times = [...effects.values()]
    .flat()
    .map(({ at }) => at)
    .filter((at) => at > since)
    .sort((a, b) => a - b);
  const gaps = times.map((at, index) => at - (times[index - 1] ?? since));
  return Math.round(gaps.reduce((longest, gap) => Math.max(longest, gap), 0));
}
