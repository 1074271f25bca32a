import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import { milliseconds, OwnLog, reasonOf, ThroughlineError, timerDelay, type Duration } from '#base';
import { beforeClosing, microserviceOf } from './nest-internals.js';
import { Runtime } from './runtime.js';
import type { TransportServer } from './transport-server.js';

/** How an application that takes messages comes to its end. */
export interface ConnectOptions {
  /**
   * How long a stop may take. A run that has not ended by then is left to the broker, which delivers its message again. Keep it
   * below what the platform grants (Kubernetes: 30 s). Default: `25s`.
   */
  readonly shutdownTimeout?: Duration;
  /**
   * The signals that end the process after a drain; a second one ends it at once. `[]` leaves all signals to you. Default: SIGTERM
   * and SIGINT.
   */
  readonly signals?: readonly NodeJS.Signals[];
}

const log = new OwnLog('Throughline');

/**
 * Makes every transport of `ThroughlineModule.forRoot` a Nest microservice of this application, with the application's global
 * pipes, guards, interceptors and filters, and starts it. It takes applications of `NestFactory.create`, `createMicroservice` and
 * `createApplicationContext`; a worker needs no HTTP platform. Nothing arrives before `onModuleInit` has run everywhere. It does not
 * wait for a broker that is unavailable.
 *
 * From then on it owns the signals: stop receiving, finish the runs in progress, settle them, flush the tracer, then `app.close()`.
 * Nest by itself would destroy the modules that handlers still use. `app.close()` alone drains first as well.
 *
 * @throws ThroughlineError `TL_START_REFUSED`, or the single configuration error there is, before any message is received;
 *   `TL_MODULE_MISSING` without `ThroughlineModule.forRoot`; `TL_ALREADY_CONNECTED` when called twice.
 * @example
 * const app = await NestFactory.create(AppModule);
 * await connectTransports(app);
 * await app.listen(3000);
 * @example
 * // a worker without HTTP
 * await connectTransports(await NestFactory.createApplicationContext(WorkerModule));
 */
export async function connectTransports(
  app: INestApplicationContext,
  { shutdownTimeout = '25s', signals = ['SIGTERM', 'SIGINT'] }: ConnectOptions = {},
): Promise<void> {
  const runtime = runtimeOf(app);
  runtime.beginConnecting();
  const timeout = milliseconds(shutdownTimeout);
  await app.init();
  const microservices = runtime.servers.map((server) => connect(app, server));
  await runtime.check();
  beforeClosing(app, () => drain(runtime, timeout));
  closeOnSignals(app, runtime, signals);
  await Promise.all(microservices.map((microservice) => microservice.listen()));
}

/** @throws ThroughlineError `TL_MODULE_MISSING` */
function runtimeOf(app: INestApplicationContext): Runtime {
  try {
    return app.get(Runtime);
  } catch (cause) {
    throw new ThroughlineError(
      'TL_MODULE_MISSING',
      'This application does not import ThroughlineModule. Add ThroughlineModule.forRoot({ name, transports }) to the imports of its ' +
        'root module.',
      { cause },
    );
  }
}

const connect = (
  app: INestApplicationContext,
  strategy: TransportServer,
): { listen(): Promise<unknown> } =>
  isHybrid(app)
    ? app.connectMicroservice({ strategy }, { inheritAppConfig: true })
    : microserviceOf(app, strategy);

const isHybrid = (app: INestApplicationContext): app is INestApplication =>
  'connectMicroservice' in app;

async function drain(runtime: Runtime, timeout: number): Promise<void> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    const { running } = runtime;
    log.warn(
      running > 0
        ? `Shutdown: ${running} messages are still in progress after ${timeout / 1_000} s. The broker delivers them again.`
        : `Shutdown: a broker has not confirmed all settlements within ${timeout / 1_000} s. It delivers those messages again.`,
    );
    deadline.abort();
  }, timerDelay(timeout));
  try {
    await runtime.drain(deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}

function closeOnSignals(
  app: INestApplicationContext,
  runtime: Runtime,
  signals: readonly NodeJS.Signals[],
): void {
  let isClosing = false;
  const close = (signal: NodeJS.Signals): void => {
    if (isClosing) process.exit(130);
    isClosing = true;
    log.log(
      `Received ${signal}. Finishing ${runtime.running} messages in progress. Send the signal again to exit immediately.`,
    );
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error(
          `The application did not close cleanly: ${reasonOf(error)}`,
          error instanceof Error ? error.stack : undefined,
        );
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, close);
}
