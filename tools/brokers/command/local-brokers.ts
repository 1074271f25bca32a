import { join } from 'node:path';
import { assertPortFree, launch, type Reached, untilReady } from '../process/launch.js';
import { endProcess } from './end-process.js';
import { readRecord, recordOf, removeRecord, stillRuns, writeRecord } from './process-record.js';
import { folderOf, type Service, services } from './service.js';

/** The output of a command: `tell` prints on standard error, for humans. */
export interface LocalOptions {
  readonly stateFolder: string;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

const recordFile = (stateFolder: string, service: Service): string =>
  join(folderOf(stateFolder, service), 'process.json');

/** The pid of the service's process, if `up` started one that still runs. */
export function runningPid(stateFolder: string, service: Service): number | undefined {
  const record = readRecord(recordFile(stateFolder, service));
  return record !== undefined && stillRuns(record) ? record.pid : undefined;
}

/** The pid of a process that `up` started and that ended without `down`. */
export function diedPid(stateFolder: string, service: Service): number | undefined {
  const record = readRecord(recordFile(stateFolder, service));
  return record === undefined || stillRuns(record) ? undefined : record.pid;
}

/**
 * Starts the services that do not run yet, and resolves when all of them answer. If that fails or is aborted, the services that
 * this call started are stopped, and those that ran before continue.
 */
export async function localUp(options: LocalOptions): Promise<void> {
  const { stateFolder, signal } = options;
  const begun: Service[] = [];
  try {
    const waits: Promise<void>[] = [];
    for (const service of services) {
      const isRunning = runningPid(stateFolder, service) !== undefined;
      if (!isRunning) begun.push(service);
      const { ready } = isRunning
        ? { ready: untilReady(reached(service, stateFolder), { signal }) }
        : await begin(service, options);
      ready.catch(() => undefined); // it is awaited below, and must not be an unhandled rejection until then
      waits.push(ready);
    }
    await Promise.all(waits);
  } catch (error) {
    await Promise.all(begun.map((service) => end(service, stateFolder)));
    throw error;
  }
}

/** Stops everything that `up` started. The data stays. */
export async function localDown({
  stateFolder,
  tell,
}: Omit<LocalOptions, 'signal'>): Promise<void> {
  await Promise.all(
    services.map(async (service) => {
      const pid = runningPid(stateFolder, service);
      await end(service, stateFolder);
      if (pid !== undefined) tell(`${service.name} stopped (pid ${pid})`);
    }),
  );
}

interface Begun {
  readonly ready: Promise<void>;
}

/** A service that runs already, with what is needed to wait for it. */
const reached = (service: Service, stateFolder: string): Reached => ({
  title: service.name,
  logFile: join(folderOf(stateFolder, service), 'broker.log'),
  answers: service.answers,
});

/** Launches the service; its process is recorded in the same turn, before any signal can be handled. */
async function begin(service: Service, options: LocalOptions): Promise<Begun> {
  const { stateFolder, tell, signal } = options;
  const recipe = await service.recipe(folderOf(stateFolder, service), { tell, signal });
  await assertPortFree(recipe);
  signal.throwIfAborted();
  const { pid, exited, child } = launch(recipe);
  writeRecord(recordFile(stateFolder, service), recordOf(pid));
  child.unref();
  tell(`${service.name} starting (pid ${pid}) …`);
  return { ready: untilReady(recipe, { exited, signal }) };
}

async function end(service: Service, stateFolder: string): Promise<void> {
  const file = recordFile(stateFolder, service);
  const record = readRecord(file);
  if (record === undefined) return;
  await endProcess(record);
  removeRecord(file);
}
