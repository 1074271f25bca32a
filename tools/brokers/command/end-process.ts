import { setTimeout as wait } from 'node:timers/promises';
import { systemCodeOf } from '../process/system-code.js';
import { type ProcessRecord, stillRuns } from './process-record.js';

const patienceMs = 20_000;
const lookEveryMs = 50;

/** Ends a recorded process that is not our child (SIGTERM, then SIGKILL after 20 s), but no other process that has its pid now. */
export async function endProcess(record: ProcessRecord): Promise<void> {
  signal(record, 'SIGTERM');
  signal(record, 'SIGCONT'); // a halted process handles no other signal until it continues
  if (await isGoneWithin(record, patienceMs)) return;
  signal(record, 'SIGKILL');
  await isGoneWithin(record, patienceMs);
}

function signal(record: ProcessRecord, name: NodeJS.Signals): void {
  if (!stillRuns(record)) return;
  try {
    process.kill(record.pid, name);
  } catch (error) {
    if (systemCodeOf(error) !== 'ESRCH') throw error;
  }
}

async function isGoneWithin(record: ProcessRecord, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (stillRuns(record)) {
    if (performance.now() > deadline) return false;
    await wait(lookEveryMs);
  }
  return true;
}
