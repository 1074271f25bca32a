import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Reads pids, one per line, 0 for none. When its input ends, because its parent is gone, it ends the process of the last pid and
 * removes the folders. The wait is bounded, because a killed process that is not reaped stays in the process table.
 */
const script = `
pid=0
while read -r next; do pid=$next; done
if [ "$pid" -gt 0 ]; then
  kill -KILL "$pid"
  for turn in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" || break; sleep 0.1; done
fi
[ "$#" -eq 0 ] || rm -rf -- "$@"
`;

/** Cleans up after this process, even after one that was killed with SIGKILL. */
export interface Janitor {
  /** Sets the process to end. `undefined`: none. */
  watch(pid: number | undefined): void;
}

/**
 * A small shell that briefly outlives this process. Its input is a pipe that only this process has open, so the system closes it
 * even after a SIGKILL, for which there is no signal handler.
 *
 * @param folders removed at the end.
 */
export function hireJanitor(folders: readonly string[]): Janitor {
  const shell = spawn('/bin/sh', ['-c', script, 'janitor', ...folders], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const { stdin } = shell;
  shell.unref();
  if (stdin instanceof Socket) stdin.unref(); // otherwise the pipe would keep this process alive
  // If the janitor is killed, only the cleanup is lost.
  stdin.on('error', () => undefined);
  return {
    watch: (pid) => {
      stdin.write(`${pid ?? 0}\n`);
    },
  };
}
