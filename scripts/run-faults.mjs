/** The fault suite's short form as a step of `npm test`. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** Plays all rows, and resolves with `{ passed, failed, report }`: a row counts as a test. */
export async function runFaults() {
  const began = performance.now();
  const { stdout, stderr } = await outputOf(['scripts/faults.mjs', '--short', '--json']);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const rows = rowsIn(stdout);
  const broken = rows.filter(({ failures }) => failures.length > 0);
  const passed = rows.length - broken.length;
  if (passed === rows.length && passed > 0) {
    return { passed, failed: 0, report: `✓ faults: ${passed} rows hold (${seconds} s)` };
  }
  const lines = broken.map((row) => `  ${row.fault}, ${row.broker}: ${row.failures.join('; ')}`);
  return {
    passed,
    failed: Math.max(1, broken.length),
    report: ['✗ faults (npm run test:faults)', ...lines, stderr].join('\n'),
  };
}

/** None where the suite could not run; standard error says why. */
function rowsIn(json) {
  try {
    return JSON.parse(json).rows;
  } catch {
    return [];
  }
}

function outputOf(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (piece) => {
      output[name] += piece;
    });
  return new Promise((resolve) => {
    child.once('close', () => resolve(output));
  });
}
