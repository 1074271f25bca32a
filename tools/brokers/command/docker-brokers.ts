import { brokerErrors } from '../broker-errors.js';
import { lastLines } from '../log-tail.js';
import { runCommand } from '../run-command.js';

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

/** Ends and removes the containers, those of the profile `elastic` too; the named volumes stay. */
export const dockerDown = (root: string): Promise<void> =>
  compose(root, ['--profile', 'elastic', 'down']);
