/**
 * The suites of Kafka on one version of it, with both drivers. Part of `npm run test:full`; by itself:
 * `node tools/kafka-version.mjs 4.4.0`.
 */
import './typescript.mjs';
import { closingLine } from './test-run/closing-line.reporter.js';
import { runJest } from './test-run/run-jest.mjs';

const { kafkaVersion } = await import('./brokers/index.ts');

/** Where the tests on real brokers are that depend on Kafka's version: the conformance suites, both drivers, and the brokers. */
const SUITES = [
  'libs/conformance/src/transports/kafka/',
  'libs/conformance/src/tracers/',
  'libs/kafka/src/',
  'tools/brokers/',
];

/** Resolves with the totals. A test that skips itself counts as a failure, as in `REAL_BROKERS=required npm test`. */
export async function runKafkaVersion(wanted) {
  const version = kafkaVersion({ version: wanted });
  const { passed, failed, skipped } = await runJest({
    projects: ['real'],
    wanted: SUITES,
    env: { KAFKA_VERSION: version },
  });
  const totals = { passed, failed: failed + skipped };
  if (skipped > 0)
    console.log(`✗ Left out on Kafka ${version}, ${skipped} tests that skip themselves.`);
  console.log(
    `Left out on Kafka ${version}: the tests in test/, those of SQS and Redis, unit tests, and the faults.`,
  );
  console.log(`Kafka ${version}: ${closingLine(totals)}`);
  return totals;
}

if (process.argv[1] === import.meta.filename) {
  const { failed } = await runKafkaVersion(process.argv[2]);
  process.exitCode = failed === 0 ? 0 : 1;
}
