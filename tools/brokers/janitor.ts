import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Reads pids, a line each, 0 for none. When its input ends, because whoever started it is gone, it ends the last pid it was told
 * and removes the folders it was given. The wait is bounded: a killed process that nobody reaps stays in the table.
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
  /** Which process to end, from now on; `undefined` if there is none. */
  watch(pid: number | undefined): void;
}

/**
 * A small shell that outlives this process for a moment. Its input is a pipe that only this process holds, so the
 * system closes it however this process ends; no signal handler could tell of a SIGKILL.
 *
 * @param folders removed in the end.
 */
export function hireJanitor(folders: readonly string[]): Janitor {
  const shell = spawn('/bin/sh', ['-c', script, 'janitor', ...folders], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const { stdin } = shell;
  shell.unref();
  if (stdin instanceof Socket) stdin.unref(); // or the pipe would keep this process alive
  // Who ends the janitor by hand loses the cleaning, not the process.
  stdin.on('error', () => undefined);
  return {
    watch: (pid) => {
      stdin.write(`${pid ?? 0}\n`);
    },
  };
}
