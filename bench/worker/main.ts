/** A process of the bench: one contender, one task. */
import { setTimeout as pause } from 'node:timers/promises';
import { loadContender } from '../contenders/load.js';
import { onFirstFetch } from './first-fetch.js';
import { Meter } from './meter.js';
import type { WorkerMessage } from './report.js';
import { SqsRequests } from './sqs-requests.js';
import { readTask, TASK } from './task.js';

/** What comes after the last message comes within this time: a message handled twice, or one too many. */
const CALM_MS = 300;
const TELL_EVERY_MS = 50;

const task = readTask(process.env[TASK]);
const meter = new Meter(task);
const begin = (): void => {
  if (task.clock === 'first request') meter.begin();
};
const requests = new SqsRequests({ isMeasured: () => meter.isWarm, onReceive: begin });
onFirstFetch(begin);

const tell = (message: WorkerMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    if (process.send === undefined) throw new Error('Started by hand: use npm run bench.');
    process.send(message, undefined, {}, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });

async function idleMicros(): Promise<number> {
  if (task.idleMs === 0) return 0;
  const before = process.cpuUsage();
  const since = performance.now();
  await pause(task.idleMs);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / (performance.now() - since);
}

// Who has no bench any more has nothing to do.
process.on('disconnect', () => process.exit(1));
process.on('message', (word) => {
  if (word === 'finish') meter.end();
});

const contender = await loadContender(task.contender);
const running = await contender(task, meter);
await tell({ kind: 'started' });
const telling =
  task.messages === 'told'
    ? setInterval(() => void tell({ kind: 'progress', handled: meter.handled }), TELL_EVERY_MS)
    : undefined;
await meter.done;
clearInterval(telling);
await pause(CALM_MS);
const idle = await idleMicros();
await running.stop();
await tell({
  kind: 'report',
  ...meter.read(),
  sqsRequests: requests.count,
  peakMb: process.resourceUsage().maxRSS / 1_024,
  idleMicros: idle,
});
process.exit(0);
