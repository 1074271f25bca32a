import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { OtlpReceiver } from './otlp-receiver.fixture.js';

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const TYPESCRIPT = new URL('../../../../tools/typescript.mjs', import.meta.url).href;

/**
 * The module that starts the SDK: `sdk` is OpenTelemetry's own SDK without instrumentations, the other is Elastic's complete
 * distribution.
 */
const PRELOADED = {
  sdk: pathOf('./start-sdk.fixture.ts'),
  edot: '@elastic/opentelemetry-node',
} as const;

/**
 * Runs a program in a separate process, with an SDK preloaded, as in a service. The SDK's instrumentation of other modules does
 * not work in Jest's module loader. Returns what the program printed, as JSON.
 */
export async function runScenario(
  name: string,
  preloaded: keyof typeof PRELOADED,
  receiver: OtlpReceiver,
  environment: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const imports = [TYPESCRIPT, PRELOADED[preloaded]];
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=DeprecationWarning',
      // Elastic's distribution resolves modules with its own hooks, which read conditions only from here.
      '--conditions=@throughline/source',
      ...imports.flatMap((one) => ['--import', one]),
      pathOf(`./${name}.fixture.ts`),
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        OTEL_SERVICE_NAME: 'orders',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_LOGS_EXPORTER: 'none',
        OTEL_NODE_RESOURCE_DETECTORS: 'env',
        OTEL_LOG_LEVEL: 'error',
        ...environment,
      },
    },
  );
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [code, printed, complaints] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ]);
  if (code !== 0 || complaints !== '')
    throw new Error(`${name} ended with ${code ?? 'a signal'}: ${complaints}${printed}`);
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '');
}
