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
      ...(cwd === undefined ? {} : { cwd }),
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    const end = (): void => {
      child.kill('SIGTERM');
    };
    // Node's own option `timeout` keeps its timer where the command is not found, and with it this process.
    const patience = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs);
    const letGo = (): void => {
      clearTimeout(patience);
      signal?.removeEventListener('abort', end);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    signal?.addEventListener('abort', end, { once: true });
    child.once('error', (error) => {
      letGo();
      if (systemCodeOf(error) === 'ENOENT') resolve({ code: undefined, found: false, output });
      else reject(error);
    });
    child.once('close', (code) => {
      letGo();
      if (signal?.aborted === true) reject(signal.reason as Error);
      else resolve({ code: code ?? undefined, found: true, output });
    });
  });
}
