import { readFile } from 'node:fs/promises';

/** Linux counts a process' time in hundredths of a second (USER_HZ). */
const TICK = 10;

/**
 * The CPU time that a process has used so far, in milliseconds, as reported by Linux.
 *
 * @throws if there is no `/proc`
 */
export async function cpuTimeOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name and may hold anything; utime and stime are the 12th and 13th after it (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}
