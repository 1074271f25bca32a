import { spawn } from 'node:child_process';
import { systemCodeOf } from './system-code.js';

/** The result of a command. */
export interface CommandResult {
  /** The exit code; `undefined` if the command was not found or was ended by a signal. */
  readonly code: number | undefined;
  readonly found: boolean;
  /** Standard output and standard error, interleaved. */
  readonly output: string;
}

/**
 * Runs a command to its end, without a shell. It stays in this process's group, so Ctrl-C reaches it too.
 *
 * @throws the reason of `signal`, after the command has ended, or the system's error if the command cannot be run.
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
      env: process.env, // a test's own; by default, spawn uses that of Jest itself
      ...(cwd === undefined ? {} : { cwd }),
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    const end = (): void => {
      child.kill('SIGTERM');
    };
    // Node.js' option `timeout` keeps its timer, and so this process, if the command is not found.
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
