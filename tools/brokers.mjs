/**
 * `npm run brokers -- up | down | status`. It uses tools/brokers, which also starts the brokers of tests.
 */
import './typescript.mjs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const { brokersCommand } = await import('./brokers/command/brokers-command.ts');

// The first Ctrl-C lets the command stop what it started, the second one ends it at once.
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => interruption.abort(new Error(signal)));
}

process.exitCode = await brokersCommand(process.argv.slice(2), {
  root,
  print: (line) => console.log(line),
  tell: (line) => console.error(line),
  signal: interruption.signal,
});
