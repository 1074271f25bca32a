import { constants } from 'node:os';
import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import {
  milliseconds,
  optionErrors,
  OwnLog,
  reasonOf,
  rule,
  ThroughlineError,
  timerDelay,
  type Duration,
  type RulesFor,
} from '#base';
import { beforeClosing, microserviceOf } from './nest-internals.js';
import { Runtime } from './runtime.js';
import type { TransportServer } from './server/transport-server.js';

/** Options for the shutdown of an application that receives messages. */
export interface ConnectOptions {
  /**
   * How long the shutdown may take. If a run has not finished by then, the broker redelivers its message. Keep this time below the
   * platform's grace period (Kubernetes: 30 s). Default: `25s`.
   */
  readonly shutdownTimeout?: Duration;
  /**
   * The signals on which the process drains and then ends. A second signal ends the process immediately. With `[]`, you handle
   * all signals yourself. Default: SIGTERM and SIGINT.
   */
  readonly signals?: readonly NodeJS.Signals[];
}

const CONNECT_RULES: RulesFor<ConnectOptions> = {
  shutdownTimeout: rule.duration,
  signals: rule.listOf({
    expected: "the name of a signal, such as 'SIGTERM'",
    accepts: (value) => typeof value === 'string' && Object.hasOwn(constants.signals, value),
  }),
};

const log = new OwnLog('Throughline');

/**
 * Starts every transport of `ThroughlineModule.forRoot` as a Nest microservice of this application. The application's global
 * pipes, guards, interceptors and filters apply. Pass an application created by `NestFactory.create`, `createMicroservice` or
 * `createApplicationContext`. A process without HTTP needs no HTTP platform.
 *
 * No message is received before `onModuleInit` has run in all modules. The call does not wait for a broker that is unavailable.
 *
 * From then on, Throughline handles the shutdown signals. It stops receiving, waits for the runs in progress, acknowledges their
 * messages, flushes the tracer, and then calls `app.close()`. Without these steps, Nest would destroy modules that handlers are
 * still using. If you call `app.close()` yourself, the same steps run first.
 *
 * @throws ThroughlineError the configuration error, or `TL_START_REFUSED` if there are several, before any message is received;
 * `TL_MODULE_MISSING` without `ThroughlineModule.forRoot`; `TL_ALREADY_CONNECTED` when called twice.
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
  options: ConnectOptions = {},
): Promise<void> {
  const runtime = runtimeOf(app);
  runtime.beginConnecting();
  await app.init();
  const microservices = runtime.servers.map((server) => connect(app, server));
  await runtime.check(optionErrors('connectTransports()', options, CONNECT_RULES));
  const { shutdownTimeout = '25s', signals = ['SIGTERM', 'SIGINT'] } = options;
  const timeout = milliseconds(shutdownTimeout);
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
        ? `The shutdown timeout of ${timeout / 1_000} s expired while ${running} messages were still in progress. The broker will redeliver these messages.`
        : `The shutdown timeout of ${timeout / 1_000} s expired before a broker had confirmed all acknowledgements. Messages whose acknowledgement was not confirmed may be redelivered.`,
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
