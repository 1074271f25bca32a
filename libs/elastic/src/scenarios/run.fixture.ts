import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Intake } from '../intake/server.fixture.js';

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const TYPESCRIPT = new URL('../../../../tools/typescript.mjs', import.meta.url).href;

/**
 * Runs a program in a separate process, with the agent started first, as in a service. The agent's instrumentation of other
 * modules does not work in Jest's module loader. Returns what the program printed, as JSON.
 */
export async function runScenario(
  name: string,
  intake: Pick<Intake, 'url'>,
  environment: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const flags = ['--import', TYPESCRIPT];
  const child = spawn(process.execPath, [...flags, pathOf(`./${name}.fixture.ts`)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      ELASTIC_APM_SERVICE_NAME: 'orders',
      ELASTIC_APM_SERVER_URL: intake.url,
      ELASTIC_APM_LOG_LEVEL: 'error',
      ELASTIC_APM_CENTRAL_CONFIG: 'false',
      ELASTIC_APM_CLOUD_PROVIDER: 'none',
      ELASTIC_APM_METRICS_INTERVAL: '0s',
      ...environment,
    },
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [code, printed, complaints] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ]);
  if (code !== 0 || complaints !== '')
    throw new Error(`${name} ended with ${code ?? 'a signal'}: ${complaints}${printed}`);
  return JSON.parse(printed);
}
