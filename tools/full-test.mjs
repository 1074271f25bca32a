/**
 * `npm run test:full`: `npm test` with real brokers required, and then everything that takes too long for it. Prints the time of each
 * part, and ends with `N passed, N failed` over all of them.
 */
import './typescript.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closingLine } from './test-run/closing-line.reporter.js';
import { runFaults } from './test-run/run-faults.mjs';
import { runKafkaVersion } from './kafka-version.mjs';
import { runThirdTransport } from './third-transport.mjs';
import { timed, timesTable } from './test-run/times.mjs';

const { kafkaVersion, kafkaVersions } = await import('./brokers/index.ts');

/** Runs `npm test` as a child that reports its totals. Without a report, it counts as one failure. */
async function runTest() {
  let totals = { passed: 0, failed: 1 };
  const child = spawn(process.execPath, ['tools/test.mjs'], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, REAL_BROKERS: 'required' },
  });
  child.on('message', (told) => {
    totals = told;
  });
  const [code] = await once(child, 'close');
  return code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

async function runLongFaults() {
  const onLine = (line) => console.error(line);
  const { report, ...totals } = await runFaults({ length: 'long', onLine });
  console.log(report);
  return totals;
}

/** `npm test` runs on one version of Kafka. */
const otherVersions = kafkaVersions.filter((version) => version !== kafkaVersion());

const PARTS = [
  ['npm test', runTest],
  ...otherVersions.map((version) => [
    `conformance on Kafka ${version}`,
    () => runKafkaVersion(version),
  ]),
  ['faults, long', runLongFaults],
  ['a third transport', runThirdTransport],
];

const totals = { passed: 0, failed: 0 };
const times = [];
const { ms } = await timed(async () => {
  for (const [name, run] of PARTS) {
    const part = await timed(run);
    const { passed, failed } = part.result;
    totals.passed += passed;
    totals.failed += failed;
    times.push({ name, ms: part.ms, note: closingLine({ passed, failed }) });
  }
});
console.log(timesTable([...times, { name: 'total', ms }]));
console.log(closingLine(totals));
process.exitCode = totals.failed === 0 ? 0 : 1;
