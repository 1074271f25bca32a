import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '#brokers';

const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const HTTP_PORT = 3_000;
const SQS_PORT = 4_566;
const STARTS_WITHIN = 30_000;
const LOOK_AGAIN_AFTER = 50;

/** The order service. It runs in a separate process on embedded brokers, and sends its traces to the demo's recorder. */
export interface Service {
  readonly url: string;
  readonly sqsUrl: string;
  /** Stops the service gracefully. */
  stop(): Promise<void>;
  readonly kill: () => void;
}

/** Starts the service and waits until it responds. */
export async function startService(recorderUrl: string, signal: AbortSignal): Promise<Service> {
  const port = await preferably(HTTP_PORT);
  const sqsPort = await preferably(SQS_PORT);
  const child = spawn(
    process.execPath,
    ['--import', beside('./end-with-parent.js'), beside('../src/main.js')],
    {
      env: { ...process.env, ...environment(recorderUrl, port, sqsPort) },
      // Ctrl-C reaches only this process, which first prints the remaining traces and then stops the service.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const kill = (): void => void child.kill('SIGKILL');
  process.on('exit', kill);
  const url = `http://127.0.0.1:${port}`;
  await untilItAnswers(url, child, signal);
  return { url, sqsUrl: `http://127.0.0.1:${sqsPort}`, kill, stop: () => stop(child) };
}

const environment = (recorderUrl: string, port: number, sqsPort: number): NodeJS.ProcessEnv => ({
  BROKERS: 'embedded',
  ROLES: 'api,processor,audit',
  TRACER: 'elastic',
  PORT: String(port),
  EMBEDDED_SQS_PORT: String(sqsPort),
  NO_COLOR: '1',
  ELASTIC_APM_SERVER_URL: recorderUrl,
  ELASTIC_APM_API_REQUEST_TIME: '200ms',
  ELASTIC_APM_CENTRAL_CONFIG: 'false',
  ELASTIC_APM_CLOUD_PROVIDER: 'none',
  ELASTIC_APM_LOG_LEVEL: 'error',
  ELASTIC_APM_METRICS_INTERVAL: '0s',
});

async function untilItAnswers(
  url: string,
  child: ChildProcess,
  signal: AbortSignal,
): Promise<void> {
  let said = '';
  const listen = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-10_000);
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(STARTS_WITHIN)]);
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`The order service exited during startup:\n${said}`);
    if (deadline.aborted) {
      child.kill('SIGKILL');
      throw new Error(
        `The order service did not start within ${STARTS_WITHIN / 1_000} s:\n${said}`,
      );
    }
    if (await answers(url)) return;
    await pause(LOOK_AGAIN_AFTER);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(`${url}/orders/none`);
    return true;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Returns the given port, or a free one if that port is in use. */
async function preferably(port: number): Promise<number> {
  const server = createServer();
  try {
    server.listen(port, '0.0.0.0');
    await once(server, 'listening');
    return port;
  } catch {
    return await freePort();
  } finally {
    server.close();
  }
}
