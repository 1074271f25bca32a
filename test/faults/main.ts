/** `npm run test:faults`: what no fault may do to a message, shown on real brokers. */
import { Logger } from '@nestjs/common';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments } from './arguments.js';
import { openStage } from './harness/stage.js';
import { jsonOf, tableOf } from './print.js';
import { rows } from './rows/index.js';
import { runRows } from './run-rows.js';

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const { length, isJson, only } = readArguments(process.argv.slice(2));
const wanted = rows.filter(
  ({ fault }) => only.length === 0 || only.some((part) => fault.includes(part)),
);
if (wanted.length === 0) {
  tell(
    `No row is named "${only.join('" or "')}". There are:\n${rows.map(({ fault }) => `  ${fault}`).join('\n')}`,
  );
  process.exit(2);
}
// Standard output is the table's alone; what the harness' own group members say is of no use there.
Logger.overrideLogger(false);
// The harness uses kafkajs as it is, and that one warns of its own idle timers on Node 24 (kafkajs #1751).
process.removeAllListeners('warning');
process.on('warning', ({ name, message }) => {
  if (name !== 'TimeoutNegativeWarning') tell(`${name}: ${message}`);
});
const folder = mkdtempSync(join(tmpdir(), 'throughline-faults-'));
const removeFolder = (): void => {
  rmSync(folder, { recursive: true, force: true });
};
// Workers end when their harness is gone, and so do brokers.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    removeFolder();
    process.exit(130);
  });
}

const began = performance.now();
tell(`Starting Kafka and ElasticMQ for ${wanted.length} rows (${length}) …`);
const stage = await openStage(length, folder);
const results = await runRows(wanted, stage, tell);
await stage.close();

const failed = results.filter(({ failures }) => failures.length > 0).length;
const messages = results.reduce((sum, row) => sum + row.messages, 0);
const seconds = Math.round((performance.now() - began) / 1_000);
process.stdout.write(`${isJson ? jsonOf(results) : tableOf(results)}\n`);
tell(
  `${results.length - failed} rows hold, ${failed} do not; ${messages} messages in ${seconds} s.`,
);
if (failed === 0) removeFolder();
else tell(`What the workers said is in ${folder}.`);
process.exit(failed === 0 ? 0 : 1);
