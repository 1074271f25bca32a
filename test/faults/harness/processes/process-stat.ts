import { readFile } from 'node:fs/promises';

/** Linux counts a process' time in hundredths of a second (USER_HZ). */
const TICK = 10;

/** The fields of /proc/PID/stat from the third on. The second is the program's name, which may hold anything (proc(5)). */
async function statOf(pid: number): Promise<readonly string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/**
 * The CPU time that a process has used so far, in milliseconds, as reported by Linux.
 *
 * @throws if there is no `/proc`
 */
export async function cpuTimeOf(pid: number): Promise<number> {
  const fields = await statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/**
 * Whether a signal has stopped the process.
 *
 * @throws if there is no `/proc`
 */
export async function isStopped(pid: number): Promise<boolean> {
  const [state] = await statOf(pid);
  return state === 'T';
}
