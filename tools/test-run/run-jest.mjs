/** Jest as a step of `npm test`. */
import { spawn } from 'node:child_process';

const JEST = [
  '--disable-warning=ExperimentalWarning',
  '--experimental-vm-modules',
  'node_modules/jest/bin/jest.js',
];
/** More than there are cores, because tests on real brokers mostly wait. */
const WORKERS = 3;

const NOTHING = { passed: 0, failed: 0, skipped: 0, projects: {} };

/**
 * Runs these projects, and resolves with `{ passed, failed, skipped, times }`; a Jest that could not run counts as one failure.
 * `times` is the work of each project's files. Files of all projects run side by side, so the run itself is shorter.
 *
 * @param env further environment variables of the tests
 * @param onFilesLeft receives the number of remaining files after each file (closing-line.reporter.js)
 */
export function runJest({ projects, wanted, env = {}, onFilesLeft = () => undefined }) {
  const child = spawn(
    process.execPath,
    [...JEST, `--maxWorkers=${WORKERS}`, '--selectProjects', ...projects, '--', ...wanted],
    { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, ...env } },
  );
  let totals = NOTHING;
  child.on('message', ({ filesLeft, ...told }) => {
    if (filesLeft === undefined) totals = told;
    else onFilesLeft(filesLeft);
  });
  return new Promise((resolve) => {
    child.once('close', (code) => {
      const { passed, failed, skipped } = totals;
      const hasFailedUntold = code !== 0 && failed === 0;
      const times = projects.flatMap((name) => timeOf(name, totals.projects[name]));
      resolve({ passed, failed: hasFailedUntold ? 1 : failed, skipped, times });
    });
  });
}

/** Empty for a project without selected files. */
function timeOf(name, project) {
  if (project === undefined) return [];
  const { files, tests, ms } = project;
  const note = `${tests} tests in ${files} files, ${WORKERS} files side by side`;
  return [{ name: `- ${name}`, ms, note }];
}
