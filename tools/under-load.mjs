/**
 * `npm run test:load -- 12 <command>`: runs a command while the load average of the machine is near 12, the command's own
 * processes included. Busy threads of this process add the missing load, so it ends with this process.
 */
import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** The load ends after an hour even if the command does not. */
const LONGEST_MS = 3_600_000;
const LOOK_EVERY_MS = 15_000;
/** A limit beyond any machine that these tests are meant for. */
const MOST = 64;

const [target, command, ...args] = process.argv.slice(2);
const wanted = Number(target);
if (!Number.isInteger(wanted) || wanted < 1 || wanted > MOST || command === undefined) {
  console.error(`Usage: npm run test:load -- <load average, 1 to ${MOST}> <command> [arguments]`);
  process.exit(2);
}

const threads = [];

async function setThreads(count) {
  while (threads.length < count) threads.push(new Worker('for (;;);', { eval: true }));
  await Promise.all(threads.splice(count).map((thread) => thread.terminate()));
}

/** How many processes ran or waited for a core since the load average was `before`: the load average is a mean over one minute. */
function runningSince(before) {
  const kept = Math.exp(-LOOK_EVERY_MS / 60_000);
  return (loadavg()[0] - before * kept) / (1 - kept);
}

/** Twice as many threads as wanted bring the load average up in less than a minute. */
async function reach() {
  const deadline = performance.now() + 180_000;
  await setThreads(2 * wanted);
  while (loadavg()[0] < wanted && performance.now() < deadline) await wait(1_000);
  await setThreads(wanted);
}

/** Keeps the load average at its target until `signal` aborts, and records it. */
async function hold(signal, seen) {
  for (;;) {
    const before = loadavg()[0];
    await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const others = Math.max(0, runningSince(before) - threads.length);
    await setThreads(Math.min(wanted, Math.max(0, Math.round(wanted - others))));
    seen.push(loadavg()[0]);
  }
}

/** Runs the command to its end. Resolves with its exit code. */
function run() {
  const child = spawn(command, args, { stdio: 'inherit' });
  // Ctrl-C reaches the command by itself; this process waits for its end.
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => child.kill(name));
  return new Promise((resolve) => {
    child.once('error', ({ message }) => console.error(message));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

console.error(`Bringing the load average to ${wanted} …`);
await reach();
const over = new AbortController();
const seen = [loadavg()[0]];
const limit = setTimeout(() => over.abort(), LONGEST_MS);
const held = hold(over.signal, seen);
const code = await run();
const wasHeld = !over.signal.aborted;
clearTimeout(limit);
over.abort();
await held;
await setThreads(0);
const mean = seen.reduce((sum, load) => sum + load, 0) / seen.length;
const figures = [Math.min(...seen), mean, Math.max(...seen)].map((load) => load.toFixed(1));
console.error(`Load average: least ${figures[0]}, mean ${figures[1]}, most ${figures[2]}.`);
if (!wasHeld) console.error('The load ended after an hour, before the command did.');
process.exitCode = wasHeld ? code : 1;
