/**
 * `npm test`: everything, one line a step, and what was left out in one line. Arguments are handed to Jest, and then only the
 * tests run: `npm test -- lanes`.
 */
import './typescript.mjs';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { performance } from 'node:perf_hooks';
import { closingLine } from './closing-line.reporter.js';
import { runFaults } from './run-faults.mjs';
import { runJest } from './run-jest.mjs';

const { realBrokers } = await import('../libs/testing/src/brokers/index.ts');

const STEPS = [
  ['format', 'npm', ['run', '--silent', 'format:check']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['types', 'npm', ['run', '--silent', 'types']],
  ['imports', 'npm', ['run', '--silent', 'imports']],
  ['build', 'npm', ['run', '--silent', 'build']],
];

/** How many files Jest still has to run when the faults begin. */
const FAULTS_BESIDE = 2;

/** What counts where the fault suite is not played. */
const NO_FAULTS = { passed: 0, failed: 0 };

/** Runs a step; what it says is shown only where it fails. */
async function step([name, command, args]) {
  const began = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const [status, stdout, stderr] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ]);
  if (status === 0) {
    console.log(`✓ ${name} (${((performance.now() - began) / 1_000).toFixed(1)} s)`);
    return true;
  }
  console.log(`✗ ${name}\n${stdout}${stderr}`);
  return false;
}

function end(totals) {
  console.log(closingLine(totals));
  process.exit(totals.failed === 0 ? 0 : 1);
}

const wanted = process.argv.slice(2);
const results = wanted.length > 0 ? [] : await Promise.all(STEPS.map(step));
const failed = results.filter((holds) => !holds).length;
if (failed > 0) end({ passed: 0, failed });

const brokers = await realBrokers({ prefer: 'java' });
const hasBrokers = brokers === 'java';
const missing =
  typeof brokers === 'object' ? brokers.missing : 'Real brokers: Java and Maven are not here.';
if (!hasBrokers && process.env.REAL_BROKERS === 'required') {
  console.log(`✗ ${missing} REAL_BROKERS=required does not allow to leave them out.`);
  end({ passed: 0, failed: 1 });
}
const projects = ['unit', 'story', ...(hasBrokers ? ['real'] : [])];
// Jest's last files wait more than they work, so the faults are played beside them, and not beside the many.
let faults;
const playFaults = () => (faults ??= runFaults());
const playsFaults = hasBrokers && wanted.length === 0;
const jest = await runJest({
  projects,
  wanted,
  onFilesLeft: (left) => {
    if (playsFaults && left <= FAULTS_BESIDE) void playFaults();
  },
});
const { passed, failed: broken, report } = playsFaults ? await playFaults() : NO_FAULTS;
if (report !== undefined) console.log(report);
if (!hasBrokers) console.log(`Left out, the faults and the tests on real brokers: ${missing}`);
end({ passed: jest.passed + passed, failed: jest.failed + broken });
