/** Prints how long the parts of a run took. */

const inMinutes = (ms) => {
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
};

/** Runs `work` and resolves with its result and duration: `{ result, ms }`. */
export async function timed(work) {
  const began = performance.now();
  const result = await work();
  return { result, ms: performance.now() - began };
}

/** The line of a passed step. */
export const stepLine = (name, ms) => `✓ ${name} (${inMinutes(ms)})`;

/** A table of `{ name, ms, note }`, one line each. */
export function timesTable(parts) {
  const cells = parts.map(({ name, ms, note = '' }) => [name, inMinutes(ms), note]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column].length)));
  const lines = cells.map(([name, time, note]) =>
    `  ${name.padEnd(widths[0])}  ${time.padStart(widths[1])}  ${note}`.trimEnd(),
  );
  return ['Time:', ...lines].join('\n');
}
