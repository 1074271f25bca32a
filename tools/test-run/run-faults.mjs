/** The fault suite as a step: its short form in `npm test`, the long one in `npm run test:full`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { stepLine, timed } from './times.mjs';

/**
 * Runs all rows, and resolves with `{ passed, failed, report, ms }`: a row counts as a test.
 *
 * @param onLine receives the output of the suite while it runs
 */
export async function runFaults({ length = 'short', onLine = () => undefined } = {}) {
  const args = ['tools/faults.mjs', `--${length}`, '--json'];
  const { result, ms } = await timed(() => outputOf(args, onLine));
  const rows = rowsIn(result.stdout);
  const broken = rows.filter(({ failures }) => failures.length > 0);
  const passed = rows.length - broken.length;
  if (passed === rows.length && passed > 0) {
    return {
      passed,
      failed: 0,
      ms,
      report: stepLine(`faults, ${length}: ${passed} rows hold`, ms),
    };
  }
  const lines = broken.map((row) => `  ${row.fault}, ${row.broker}: ${row.failures.join('; ')}`);
  return {
    passed,
    failed: Math.max(1, broken.length),
    ms,
    report: [`✗ faults (npm run test:faults -- --${length})`, ...lines, result.stderr].join('\n'),
  };
}

/** Empty if the suite could not run. Standard error has the reason. */
function rowsIn(json) {
  try {
    return JSON.parse(json).rows;
  } catch {
    return [];
  }
}

async function outputOf(args, onLine) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (piece) => {
      output[name] += piece;
    });
  createInterface({ input: child.stderr }).on('line', onLine);
  await once(child, 'close');
  return output;
}
