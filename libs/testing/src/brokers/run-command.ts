import { spawn } from 'node:child_process';
import { systemCodeOf } from './system-code.js';

/** What a command that has ended left behind. */
export interface CommandResult {
  /** The exit code; `undefined` if the command was not found or was ended by a signal. */
  readonly code: number | undefined;
  readonly found: boolean;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/**
 * Runs a command to its end, without a shell. It stays in this process's group: Ctrl-C reaches it too.
 *
 * @throws what aborted `signal`, once the command is gone; and what the system says if the command cannot be run.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: {
    readonly signal?: AbortSignal;
    readonly timeoutMs?: number;
    readonly cwd?: string;
  } = {},
): Promise<CommandResult> {
  const { signal, timeoutMs, cwd } = options;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: process.env, // a test's own; by default spawn takes that of Jest itself
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
      ...(cwd === undefined ? {} : { cwd }),
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    const onAbort = (): void => {
      child.kill('SIGTERM');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    signal?.addEventListener('abort', onAbort, { once: true });
    child.once('error', (error) => {
      signal?.removeEventListener('abort', onAbort);
      if (systemCodeOf(error) === 'ENOENT') resolve({ code: undefined, found: false, output });
      else reject(error);
    });
    child.once('close', (code) => {
      signal?.removeEventListener('abort', onAbort);
      if (signal?.aborted === true) reject(signal.reason as Error);
      else resolve({ code: code ?? undefined, found: true, output });
    });
  });
}
