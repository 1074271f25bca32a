/** A process of the bench: one candidate, one task. */
import { setTimeout as pause } from 'node:timers/promises';
import { loadCandidate } from '../candidates/load.js';
import { onFirstFetch } from './first-fetch.js';
import { Meter } from './meter.js';
import type { WorkerMessage } from './report.js';
import { SqsRequests } from './sqs-requests.js';
import { readTask, TASK } from './task.js';

/** The time to wait after the last message for one that is handled twice or too many. */
const SETTLE_MS = 300;
const PROGRESS_INTERVAL_MS = 50;

const task = readTask(process.env[TASK]);
const meter = new Meter(task);
const begin = (): void => {
  if (task.clock === 'first request') meter.begin();
};
const requests = new SqsRequests({ isMeasured: () => meter.isWarm, onReceive: begin });
onFirstFetch(begin);

const send = (message: WorkerMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    if (process.send === undefined)
      throw new Error('This program must be started by npm run bench.');
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

// Without the bench, the process has nothing to do.
process.on('disconnect', () => process.exit(1));
process.on('message', (message) => {
  if (message === 'finish') meter.end();
});

const candidate = await loadCandidate(task.candidate);
const running = await candidate(task, meter);
await send({ kind: 'started' });
const progressTimer =
  task.messages === 'unknown'
    ? setInterval(
        () => void send({ kind: 'progress', handled: meter.handled }),
        PROGRESS_INTERVAL_MS,
      )
    : undefined;
await meter.done;
clearInterval(progressTimer);
await pause(SETTLE_MS);
const idle = await idleMicros();
await running.stop();
await send({
  kind: 'report',
  ...meter.read(),
  sqsRequests: requests.count,
  peakMb: process.resourceUsage().maxRSS / 1_024,
  idleMicros: idle,
});
process.exit(0);
