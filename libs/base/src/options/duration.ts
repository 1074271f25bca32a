import { ThroughlineError } from '../errors/errors.js';
import { printable } from '../errors/printable.js';

/**
 * A duration with a unit, such as `'250ms'`, `'30s'`, `'5m'` or `'12h'`. A plain number is not valid, because its unit would be
 * unclear.
 */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`;

const FORM = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Returns the text with which an error shows an invalid duration. JavaScript code may pass values that are not strings. */
const shown = (duration: unknown): string =>
  typeof duration === 'string' ? `"${printable(duration, 50)}"` : `A ${typeof duration}`;

/**
 * Converts a duration to milliseconds.
 *
 * @throws ThroughlineError `TL_DURATION_INVALID` for an invalid duration, which is possible only if the compiler has not checked
 * it
 * @example
 * milliseconds('1.5s') // 1500
 */
export const milliseconds = (duration: Duration): number => readDuration(duration);

/**
 * Converts a duration to milliseconds, even if the compiler has not checked its type.
 *
 * @throws ThroughlineError `TL_DURATION_INVALID`
 */
export function readDuration(duration: unknown): number {
  const [, amount, unit] = typeof duration === 'string' ? (FORM.exec(duration) ?? []) : [];
  if (amount === undefined || unit === undefined) {
    throw new ThroughlineError(
      'TL_DURATION_INVALID',
      `${shown(duration)} is not a duration. Write a number with a unit: 250ms, 30s, 5m or 12h.`,
    );
  }
  return Number(amount) * (UNITS[unit] ?? 1);
}
