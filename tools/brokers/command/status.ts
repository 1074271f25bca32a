import { join } from 'node:path';
import { isTaken } from '../process/ports.js';
import { diedPid, runningPid } from './local-brokers.js';
import { folderOf, type Service, services } from './service.js';

/** One line for each service, and whether all of them answer. */
export interface Status {
  readonly lines: readonly string[];
  readonly allAnswer: boolean;
}

/** Checks each port in the broker's protocol, whoever started the broker, and reports its process if known. */
export async function statusOf(stateFolder: string): Promise<Status> {
  const found = await Promise.all(
    services.map(async (service) => {
      const answers = await service.answers();
      const words = `${service.name.padEnd(10)} 127.0.0.1:${service.port}  `;
      return { answers, line: words + (await stateOf(service, answers, stateFolder)) };
    }),
  );
  return { lines: found.map(({ line }) => line), allAnswer: found.every(({ answers }) => answers) };
}

async function stateOf(service: Service, answers: boolean, stateFolder: string): Promise<string> {
  const running = runningPid(stateFolder, service);
  if (running !== undefined) return `${answers ? 'up' : 'does not respond'} (pid ${running})`;
  if (answers) return 'up (started by something else: a container or another program)';
  if (await isTaken(service.port)) return 'down (another program is using the port)';
  const died = diedPid(stateFolder, service);
  if (died === undefined) return 'down';
  return `died (pid ${died} is gone; its log: ${join(folderOf(stateFolder, service), 'broker.log')})`;
}
