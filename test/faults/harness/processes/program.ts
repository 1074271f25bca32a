import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../../', import.meta.url);

/** How to start a program of this repository. */
export interface ProgramOptions {
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
}

/** A shared compile cache. All workers load the same code, and start in two thirds of the time with it. */
const compiled = join(tmpdir(), 'throughline-faults-compiled');

/** Starts one of the repository's TypeScript programs as a process that can send messages to this one. */
export function startProgram(
  path: string,
  { logFile, env = {}, nodeArgs = [] }: ProgramOptions,
): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = fork(fileURLToPath(new URL(path, root)), {
    execArgv: ['--import', new URL('tools/typescript.mjs', root).href, ...nodeArgs],
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, NO_COLOR: '1', NODE_COMPILE_CACHE: compiled, ...env },
  });
  closeSync(log);
  return child;
}

/** Kills the process, unless it has ended, and resolves when it is gone. */
export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
