/**
 * `npm test`: everything but what takes long (`npm run test:full`). One line a step, what was left out in one line, and in the
 * end the time of each part. Arguments are handed to Jest, and then only the tests run: `npm test -- lanes`.
 */
import './typescript.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { closingLine } from './test-run/closing-line.reporter.js';
import { runFaults } from './test-run/run-faults.mjs';
import { runJest } from './test-run/run-jest.mjs';
import { stepLine, timed, timesTable } from './test-run/times.mjs';

const { kafkaVersion, realBrokers } = await import('./brokers/index.ts');

/** npm scripts that run side by side. */
const STEPS = ['format:check', 'lint', 'types', 'imports', 'build'];

/** How many files Jest still has to run when the faults begin. */
const FAULTS_BESIDE = 2;

/** The result if the fault suite does not run. */
const NO_FAULTS = { passed: 0, failed: 0 };

const began = performance.now();
const times = [];

/** Runs a step. Its output is printed only if it fails. */
async function step(name) {
  const { result, ms } = await timed(async () => {
    const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [[status], ...said] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    return { status, said: said.join('') };
  });
  console.log(result.status === 0 ? stepLine(name, ms) : `✗ ${name}\n${result.said}`);
  times.push({ name, ms });
  return result.status === 0;
}

/** Reports the totals to the parent process (`npm run test:full`). */
async function end(totals) {
  console.log(timesTable([...times, { name: 'total', ms: performance.now() - began }]));
  console.log(closingLine(totals));
  if (process.send !== undefined) await new Promise((told) => process.send(totals, told));
  process.exit(totals.failed === 0 ? 0 : 1);
}

/** What is wrong with the variable `KAFKA_VERSION`, before the steps take their minutes. */
function versionComplaint() {
  try {
    kafkaVersion();
  } catch ({ code, message }) {
    return `${code}: ${message}`;
  }
}

const complaint = versionComplaint();
if (complaint !== undefined) {
  console.log(`✗ ${complaint}`);
  await end({ passed: 0, failed: 1 });
}
const wanted = process.argv.slice(2);
const results = wanted.length > 0 ? [] : await Promise.all(STEPS.map(step));
const failed = results.filter((holds) => !holds).length;
if (failed > 0) await end({ passed: 0, failed });

const isAllRequired = process.env.REAL_BROKERS === 'required';
const brokers = await realBrokers({ prefer: 'java' });
const hasBrokers = brokers === 'java';
const missing =
  typeof brokers === 'object'
    ? brokers.missing
    : 'There is a Docker daemon, but not all of Java, Maven and Redis.';
if (!hasBrokers && isAllRequired) {
  console.log(`✗ ${missing} REAL_BROKERS=required does not allow to leave them out.`);
  await end({ passed: 0, failed: 1 });
}
const projects = ['unit', 'story', ...(hasBrokers ? ['real'] : [])];
// Jest's last files wait more than they work, so the faults are played beside them, and not beside the many.
let faultsRun;
const playFaults = () => (faultsRun ??= runFaults());
const playsFaults = hasBrokers && wanted.length === 0;
const { result: jest, ms } = await timed(() =>
  runJest({
    projects,
    wanted,
    onFilesLeft: (left) => {
      if (playsFaults && left <= FAULTS_BESIDE) void playFaults();
    },
  }),
);
times.push({ name: 'jest', ms }, ...jest.times);
const faults = playsFaults ? await playFaults() : NO_FAULTS;
if (faults.report !== undefined) {
  console.log(faults.report);
  times.push({ name: 'faults', ms: faults.ms, note: 'begun beside the last files of Jest' });
}
if (!hasBrokers) console.log(`Left out, the faults and the tests on real brokers: ${missing}`);
if (jest.skipped > 0) {
  console.log(`${isAllRequired ? '✗ ' : ''}Left out, ${jest.skipped} tests that skip themselves.`);
}
const failedBySkipping = isAllRequired ? jest.skipped : 0;
await end({
  passed: jest.passed + faults.passed,
  failed: jest.failed + faults.failed + failedBySkipping,
});
