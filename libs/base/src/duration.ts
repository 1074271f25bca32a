import { ThroughlineError } from './errors.js';
import { printable } from './printable.js';

/** A length of time with its unit, as in `'250ms'`, `'30s'`, `'5m'`, `'12h'`: the unit of a bare number would be a guess. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`;

const FORM = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Plain JavaScript also gives what is no text. */
const shown = (duration: unknown): string =>
  typeof duration === 'string' ? `"${printable(duration, 50)}"` : `A ${typeof duration}`;

/**
 * A duration in milliseconds.
 *
 * @throws ThroughlineError `TL_DURATION_INVALID`, which can only happen where the compiler was not asked.
 * @example
 * milliseconds('1.5s') // 1500
 */
export const milliseconds = (duration: Duration): number => readDuration(duration);

/**
 * The same for a value that no compiler has checked.
 *
 * @throws ThroughlineError `TL_DURATION_INVALID`
 */
export function readDuration(duration: unknown): number {
  const [, amount, unit] = typeof duration === 'string' ? (FORM.exec(duration) ?? []) : [];
  if (amount === undefined || unit === undefined) {
    throw new ThroughlineError(
      'TL_DURATION_INVALID',
      `${shown(duration)} is no duration; write a number and its unit: 250ms, 30s, 5m or 12h.`,
    );
  }
  return Number(amount) * (UNITS[unit] ?? 1);
}
