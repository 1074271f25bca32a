import { type INestApplication } from '@nestjs/common';
import { milliseconds, type Duration } from '#base';
import { timerDelay } from '#base';
import { Runtime } from './runtime.js';
import { OwnLog } from '#base';

/** How an application that takes messages comes to its end. */
export interface ConnectOptions {
  /**
   * How long a stop may take: what is at work by then has ended, or comes again. Keep it below what the platform grants
   * (Kubernetes: 30 s). Default: `25s`.
   */
  readonly shutdownTimeout?: Duration;
  /** The signals that end the process in good order; a second one ends it at once. Default: SIGTERM and SIGINT. */
  readonly signals?: readonly NodeJS.Signals[];
}

const log = new OwnLog('Throughline');

/**
 * Makes every transport of `ThroughlineModule.forRoot` a Nest microservice of this application, with the application's global
 * pipes, guards, interceptors and filters, and starts it. Nothing arrives before `onModuleInit` has run everywhere. Waits for
 * no broker that is away.
 *
 * From here on it owns the signals: stop taking messages, finish what is at work, settle it, flush the tracer, then
 * `app.close()`. Nest by itself would destroy the modules that handlers still use. `app.close()` alone drains first as well.
 *
 * @throws ThroughlineError `TL_START_REFUSED`, or the single mistake there is, before anything is taken from any broker.
 * @example
 * const app = await NestFactory.create(AppModule);
 * await connectTransports(app);
 * await app.listen(3000);
 */
export async function connectTransports(
  app: INestApplication,
  { shutdownTimeout = '25s', signals = ['SIGTERM', 'SIGINT'] }: ConnectOptions = {},
): Promise<void> {
  const runtime = app.get(Runtime);
  await app.init();
  const microservices = runtime.servers.map((strategy) =>
    app.connectMicroservice({ strategy }, { inheritAppConfig: true }),
  );
  await runtime.check();
  const timeout = milliseconds(shutdownTimeout);
  drainBeforeClosing(app, () => drain(runtime, timeout));
  endInGoodOrder(app, runtime, signals);
  await Promise.all(microservices.map((microservice) => microservice.listen()));
}

async function drain(runtime: Runtime, timeout: number): Promise<void> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    const { running } = runtime;
    log.warn(
      running > 0
        ? `${running} messages are still at work after ${timeout / 1_000} s; they will come again.`
        : `A broker has not taken what was done within ${timeout / 1_000} s; those messages will come again.`,
    );
    deadline.abort();
  }, timerDelay(timeout));
  try {
    await runtime.drain(deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * `beforeClose` is what Nest calls first of all, in `app.close()` and on a signal alike, before any module is destroyed
 * (nest-application.js, `prepareClose`).
 */
function drainBeforeClosing(app: INestApplication, drainOnce: () => Promise<void>): void {
  const adapter = app.getHttpAdapter();
  const before = adapter.beforeClose?.bind(adapter);
  adapter.beforeClose = async () => {
    await before?.();
    await drainOnce();
  };
}

function endInGoodOrder(
  app: INestApplication,
  runtime: Runtime,
  signals: readonly NodeJS.Signals[],
): void {
  let isEnding = false;
  const end = (signal: NodeJS.Signals): void => {
    if (isEnding) process.exit(130);
    isEnding = true;
    log.log(
      `${signal}: finishing ${runtime.running} messages at work. Once more to leave at once.`,
    );
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error(
          'The application did not close in good order.',
          error instanceof Error ? error.stack : error,
        );
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, end);
}
