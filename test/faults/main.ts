/** `npm run test:faults`: checks on real brokers that no fault loses, repeats or reorders a message beyond what is allowed. */
import { Logger } from '@nestjs/common';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments } from './arguments.js';
import { openEnvironment } from './harness/brokers/environment.js';
import { jsonOf, tableOf } from './print.js';
import { rows } from './rows/index.js';
import { runRows } from './run-rows.js';

const report = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const { length, isJson, only } = readArguments(process.argv.slice(2));
const wanted = rows.filter(
  ({ fault }) => only.length === 0 || only.some((part) => fault.includes(part)),
);
if (wanted.length === 0) {
  report(
    `No row has "${only.join('" or "')}" in its name. The rows are:\n${rows.map(({ fault }) => `  ${fault}`).join('\n')}`,
  );
  process.exit(2);
}
// Standard output is for the table only, so the log lines of the harness' own group members are suppressed.
Logger.overrideLogger(false);
// The harness uses kafkajs directly, which causes warnings about its own idle timers on Node 24 (kafkajs #1751).
process.removeAllListeners('warning');
process.on('warning', ({ name, message }) => {
  if (name !== 'TimeoutNegativeWarning') report(`${name}: ${message}`);
});
const folder = mkdtempSync(join(tmpdir(), 'throughline-faults-'));
const removeFolder = (): void => {
  rmSync(folder, { recursive: true, force: true });
};
// Workers and brokers end by themselves when this process ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    removeFolder();
    process.exit(130);
  });
}

const began = performance.now();
report(`Starting Kafka and ElasticMQ for ${wanted.length} rows (${length}) …`);
const environment = await openEnvironment(length, folder);
const results = await runRows(wanted, environment, report);
await environment.close();

const failed = results.filter(({ failures }) => failures.length > 0).length;
const messages = results.reduce((sum, row) => sum + row.messages, 0);
const seconds = Math.round((performance.now() - began) / 1_000);
process.stdout.write(`${isJson ? jsonOf(results) : tableOf(results)}\n`);
report(
  `${results.length - failed} rows hold, ${failed} do not; ${messages} messages in ${seconds} s.`,
);
if (failed === 0) removeFolder();
else report(`The logs of the workers are in ${folder}.`);
process.exit(failed === 0 ? 0 : 1);
