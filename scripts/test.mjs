/**
 * `npm test`: everything, one line a step, and what was left out in one line. Arguments are handed to Jest, and then only the
 * tests run: `npm test -- lanes`.
 */
import './typescript.mjs';
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

const { realBrokers } = await import('../libs/testing/src/brokers/index.ts');

const JEST = [
  '--disable-warning=ExperimentalWarning',
  '--experimental-vm-modules',
  'node_modules/jest/bin/jest.js',
];
/** More than there are cores: tests on real brokers spend their time waiting. */
const WORKERS = '--maxWorkers=3';
const STEPS = [
  ['format', 'npm', ['run', '--silent', 'format:check']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['types', 'npm', ['run', '--silent', 'types']],
  ['imports', 'npm', ['run', '--silent', 'imports']],
  ['build', 'npm', ['run', '--silent', 'build']],
];

/** Runs a step; what it says is shown only where it fails. */
function step([name, command, args]) {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) {
    console.log(`✓ ${name} (${((performance.now() - began) / 1_000).toFixed(1)} s)`);
    return true;
  }
  console.log(`✗ ${name}\n${stdout}${stderr}`);
  return false;
}

function end(code, line) {
  console.log(line);
  process.exit(code);
}

const wanted = process.argv.slice(2);
const failed = wanted.length > 0 ? 0 : STEPS.filter((one) => !step(one)).length;
if (failed > 0) end(1, `0 passed, ${failed} failed`);

const brokers = await realBrokers({ prefer: 'java' });
const hasBrokers = brokers === 'java';
const missing =
  typeof brokers === 'object' ? brokers.missing : 'Real brokers: Java and Maven are not here.';
if (!hasBrokers && process.env.REAL_BROKERS === 'required') {
  console.log(`✗ ${missing} REAL_BROKERS=required does not allow to leave them out.`);
  end(1, '0 passed, 1 failed');
}
const projects = ['unit', 'story', ...(hasBrokers ? ['real'] : [])];
const { status } = spawnSync(
  process.execPath,
  [...JEST, WORKERS, '--selectProjects', ...projects, '--', ...wanted],
  {
    stdio: 'inherit',
  },
);
if (!hasBrokers) console.log(`Left out, the tests on real brokers: ${missing}`);
process.exit(status ?? 1);
