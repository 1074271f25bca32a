import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { brokerErrors } from '../broker-errors.js';
import { systemCodeOf } from '../process/system-code.js';
import { readRecord, recordOf, removeRecord, stillRuns } from './process-record.js';

/**
 * Runs `work` while no other process does so in the same state folder. A lock of a killed process is taken over.
 *
 * @throws TL_BROKERS_BUSY
 */
export async function oneAtATime<T>(stateFolder: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(stateFolder, { recursive: true });
  const lock = join(stateFolder, 'command.lock');
  take(lock);
  try {
    return await work();
  } finally {
    removeRecord(lock);
  }
}

function take(lock: string): void {
  if (create(lock)) return;
  const holder = readRecord(lock);
  if (holder !== undefined && stillRuns(holder)) throw brokerErrors.busy(holder.pid);
  removeRecord(lock);
  if (!create(lock)) throw brokerErrors.busy(readRecord(lock)?.pid ?? 0);
}

/** Creates the file only if it does not exist. */
function create(lock: string): boolean {
  try {
    const file = openSync(lock, 'wx');
    writeSync(file, `${JSON.stringify(recordOf(process.pid))}\n`);
    closeSync(file);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
