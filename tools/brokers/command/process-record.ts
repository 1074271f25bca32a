import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { brokerErrors } from '../broker-errors.js';
import { systemCodeOf } from '../process/system-code.js';

/** A process that outlives the command that started it. A pid may be reused, so the record also has the start time. */
export interface ProcessRecord {
  readonly pid: number;
  /** The start time in the format of the system. */
  readonly startedAt: string;
}

/** The start time of a process in the format of the system. `undefined` if there is no such process, or if it is a zombie. */
export function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? startInProc(pid) : startInTable(pid);
}

function startInProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the name, in parentheses, may contain anything; the state is the first field after it, the start the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startInTable(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    }).trim();
    return line.startsWith('Z') ? undefined : line.slice(line.indexOf(' ')).trim();
  } catch {
    return undefined;
  }
}

/** Whether the recorded process still runs. */
export const stillRuns = ({ pid, startedAt }: ProcessRecord): boolean => startOf(pid) === startedAt;

/** The record of a process that runs now. */
export const recordOf = (pid: number): ProcessRecord => ({
  pid,
  startedAt: startOf(pid) ?? 'exited immediately',
});

/** @throws TL_BROKERS_STATE_UNREADABLE */
export function readRecord(file: string): ProcessRecord | undefined {
  const text = textOf(file);
  if (text === undefined) return undefined;
  const record = parseRecord(text);
  if (record === undefined) throw brokerErrors.stateUnreadable(file);
  return record;
}

/** The record in a text; `undefined` if it is anything else. */
export function parseRecord(text: string): ProcessRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    if (!('pid' in value) || !('startedAt' in value)) return undefined;
    const { pid, startedAt } = value;
    const isPid = typeof pid === 'number' && Number.isInteger(pid) && pid > 0;
    return isPid && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

/** Synchronous and atomic, so that nothing happens between the spawn of a process and its record. */
export function writeRecord(file: string, record: ProcessRecord): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.draft`;
  writeFileSync(draft, `${JSON.stringify(record)}\n`);
  renameSync(draft, file);
}

export function removeRecord(file: string): void {
  rmSync(file, { force: true });
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
