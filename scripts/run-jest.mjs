/** Jest as a step of `npm test`. */
import { spawn } from 'node:child_process';

const JEST = [
  '--disable-warning=ExperimentalWarning',
  '--experimental-vm-modules',
  'node_modules/jest/bin/jest.js',
];
/** More than there are cores: tests on real brokers spend their time waiting. */
const WORKERS = '--maxWorkers=3';

/**
 * Runs these projects, and resolves with `{ passed, failed }`; a Jest that could not run has failed once.
 *
 * @param onFilesLeft told after each file how many are still to come (closing-line.reporter.js)
 */
export function runJest({ projects, wanted, onFilesLeft }) {
  const child = spawn(
    process.execPath,
    [...JEST, WORKERS, '--selectProjects', ...projects, '--', ...wanted],
    { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
  );
  let totals = { passed: 0, failed: 0 };
  child.on('message', ({ filesLeft, ...told }) => {
    if (filesLeft === undefined) totals = told;
    else onFilesLeft(filesLeft);
  });
  return new Promise((resolve) => {
    child.once('close', (code) => {
      const hasFailedUntold = code !== 0 && totals.failed === 0;
      resolve(hasFailedUntold ? { ...totals, failed: 1 } : totals);
    });
  });
}
