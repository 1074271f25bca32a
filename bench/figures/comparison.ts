import { eachRound, type Round } from './row.js';

/** How two candidates compare: the ratio of their CPU per message, paired by round. */
export interface Comparison {
  readonly candidate: string;
  readonly other: string;
  /** The geometric mean of the rounds' ratios. */
  readonly ratio: number;
  /** The bounds of its 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
}

/**
 * The 0.975 quantiles of Student's t distribution for 1, 2, 3 … degrees of freedom (NIST/SEMATECH e-Handbook of Statistical Methods,
 * section 1.3.6.7.2). Beyond the table, the normal distribution is close enough.
 */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045,
];
const NORMAL_975 = 1.96;

/**
 * Compares the CPU per message of two candidates. Only rounds in which both have a sample count. `undefined` if there are fewer than
 * two, because one ratio has no interval.
 */
export function compare(
  candidate: string,
  other: string,
  rounds: readonly Round[],
): Comparison | undefined {
  const logarithms = eachRound(rounds, (sampleOf) => {
    const [own, base] = [sampleOf(candidate), sampleOf(other)];
    return own && base && Math.log(own.cpuMicros / base.cpuMicros);
  });
  const count = logarithms.length;
  if (count < 2) return undefined;
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / count;
  const variance = logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = (T_975[count - 2] ?? NORMAL_975) * Math.sqrt(variance / count);
  return {
    candidate,
    other,
    ratio: Math.exp(mean),
    low: Math.exp(mean - half),
    high: Math.exp(mean + half),
    rounds: count,
  };
}
