import { brokerErrors } from '../broker-errors.js';
import { lastLines } from '../process/log-tail.js';
import { runCommand } from '../process/run-command.js';

async function compose(root: string, args: readonly string[], signal?: AbortSignal): Promise<void> {
  const words = ['compose', ...args];
  const { code, output } = await runCommand('docker', words, {
    cwd: root,
    ...(signal === undefined ? {} : { signal }),
  });
  if (code !== 0) throw brokerErrors.dockerFailed(`docker ${words.join(' ')}`, lastLines(output));
}

/** Starts the services of docker-compose.yml that have no profile, and resolves when their health checks pass. */
export const dockerUp = (root: string, signal: AbortSignal): Promise<void> =>
  compose(root, ['up', '--detach', '--wait'], signal);

/** Stops and removes the containers, also those of the profile `elastic`. The named volumes stay. */
export const dockerDown = (root: string): Promise<void> =>
  compose(root, ['--profile', 'elastic', 'down']);
