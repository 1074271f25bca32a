const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function long(ms: number): string {
  if (ms < MINUTE) return ms < 59_950 ? `${(ms / SECOND).toFixed(1)} s` : '1 min 0 s';
  const seconds = Math.round(ms / SECOND);
  if (seconds < HOUR / SECOND) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(ms / MINUTE);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Formats a duration for the column of durations. Examples: `12.4 ms`, `340 ms`, `4.1 s`, `2 min 5 s`, `3 h 2 min`. */
export function exactly(ms: number): string {
  if (ms > 0 && ms < 0.05) return '<0.1 ms';
  if (ms < 99.95) return `${ms.toFixed(1)} ms`;
  return ms < 999.5 ? `${ms.toFixed(0)} ms` : long(ms);
}

/** Formats a duration for a sentence. Examples: `18 ms`, `0.4 ms`, `4.1 s`. */
export const roughly = (ms: number): string =>
  ms >= 0.95 && ms < 999.5 ? `${ms.toFixed(0)} ms` : exactly(ms);
