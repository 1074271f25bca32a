import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import {
  MetadataScanner,
  type ApplicationConfig,
  type DiscoveryService,
  type ModuleRef,
} from '@nestjs/core';
import { none, type Tracer } from 'throughline/tracing';
import { RuntimeControl } from '../control/runtime-control.js';
import type { ThroughlineControl } from '../control/throughline-control.js';
import { isUnavailable, optionErrors, ThroughlineError, throwTogether, withFullStop } from '#base';
import { hasValidOptions } from '../handler/handler-option-checks.js';
import { ChannelPublisher } from '../publish/channel-publisher.js';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';
import type { NestHandler } from '../pipeline/compose.js';
import { HandlerResolver } from '../handler/handler-resolver.js';
import type { DeclaredHandler } from '../handler/handler-definition.js';
import { directCalls } from './server/direct-calls.js';
import {
  configurationErrors,
  controllersOf,
  enabledHandlers,
} from './checks/configuration-errors.js';
import type { ThroughlineHealth } from '../health.js';
import { addressesOf, Transports } from '../transports.js';
import { namedPatterns } from './checks/named-patterns.js';
import { ROOT_RULES, transportsIn, type ThroughlineOptions } from './options.js';
import { resolveMiddleware } from './resolve-middleware.js';
import { ALL_FAST_PATHS, FAST_PATHS } from '../pipeline/fast-paths.js';
import type { Step } from '../pipeline/step.js';
import { TransportServer } from './server/transport-server.js';
import { OwnLog } from '#base';

const FLUSH_WITHIN = 5_000;
/** How long an application may take between its start and `connectTransports`, in milliseconds. */
const CONNECT_WITHIN = 10_000;

/** The dependencies of a runtime. */
export interface RuntimeParts {
  readonly discovery: DiscoveryService;
  readonly health: ThroughlineHealth;
  readonly config: ApplicationConfig;
  readonly moduleRef: ModuleRef;
}

/** The application's transports, from startup to shutdown. */
export class Runtime implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly tracer: Tracer;
  readonly servers: readonly TransportServer[];
  readonly publisher: ChannelPublisher;
  readonly control: ThroughlineControl = new RuntimeControl(
    () => this.servers.flatMap(({ registrations }) => registrations),
    () => this.publisher.counts,
  );
  readonly #transports: Transports;
  readonly #resolver: HandlerResolver;
  readonly #store: IdempotencyStore | undefined;
  readonly #use: NonNullable<ThroughlineOptions['use']>;
  #middleware: readonly Step[] = [];
  readonly #log = new OwnLog('Throughline');
  /**
   * The number of lost events that were already reported. It is needed because a tracer counts all lost events since its start.
   */
  #reportedLost = 0;
  #direct: ReadonlyMap<DeclaredHandler, NestHandler> | undefined;
  #named: ReadonlyMap<symbol, ReadonlySet<string>> | undefined;
  readonly #discovery: DiscoveryService;
  readonly #health: ThroughlineHealth;
  #isConnecting = false;
  #unconnected: NodeJS.Timeout | undefined;
  readonly #config: ApplicationConfig;
  readonly #moduleRef: ModuleRef;

  private constructor(
    {
      name,
      tracer = none(),
      store,
      use = [],
      defaults,
      overrides,
      [FAST_PATHS]: fastPaths = ALL_FAST_PATHS,
    }: ThroughlineOptions,
    transports: Transports,
    { discovery, health, config, moduleRef }: RuntimeParts,
  ) {
    this.#discovery = discovery;
    this.#health = health;
    this.#config = config;
    this.tracer = tracer;
    this.#transports = transports;
    this.#resolver = new HandlerResolver({
      defaults,
      overrides,
      controllers: () => controllersOf(discovery),
    });
    this.servers = transports.all.flatMap(({ transport, connection }) =>
      addressesOf(transport).map(
        (address) =>
          new TransportServer(transport, address, connection, {
            application: name,
            store,
            tracer,
            health,
            transports,
            isNamed: (pattern, symbol) => this.#namedPatterns().get(symbol)?.has(pattern) === true,
            fastPaths,
            resolve: (declared) => this.#resolver.resolve(declared),
            directly: (declared) =>
              fastPaths.directCalls ? this.#directCalls().get(declared) : undefined,
            middleware: () => this.#middleware,
          }),
      ),
    );
    this.#store = store;
    this.#use = use;
    this.#moduleRef = moduleRef;
    this.publisher = new ChannelPublisher(transports, tracer);
  }

  /**
   * Opens the transports.
   *
   * @throws ThroughlineError an error in a transport's options, `TL_TRANSPORT_DUPLICATE`, `TL_KAFKA_CLIENT_MISSING`
   */
  static async open(options: ThroughlineOptions, parts: RuntimeParts): Promise<Runtime> {
    const errors = optionErrors('ThroughlineModule.forRoot', options, ROOT_RULES);
    // If the options are invalid, the transports are opened only to report their errors as well.
    const { name, tracer = none() } = errors.length === 0 ? options : { name: '' };
    const context = { name, suppress: tracer.suppress.bind(tracer), health: parts.health };
    const transports = await Transports.open(transportsIn(options), context, errors);
    return new Runtime({ ...options, tracer }, transports, parts);
  }

  #namedPatterns(): ReadonlyMap<symbol, ReadonlySet<string>> {
    this.#named ??= namedPatterns(this.#discovery, new MetadataScanner());
    return this.#named;
  }

  /**
   * Returns the handlers that Throughline calls directly. This is determined when Nest adds the handlers, because that is when
   * Nest resolves their enhancers.
   */
  #directCalls(): ReadonlyMap<DeclaredHandler, NestHandler> {
    this.#direct ??= directCalls(this.#discovery, new MetadataScanner(), this.#config);
    return this.#direct;
  }

  /** @throws ThroughlineError `TL_ALREADY_CONNECTED` */
  beginConnecting(): void {
    clearTimeout(this.#unconnected);
    if (this.#isConnecting) {
      throw new ThroughlineError(
        'TL_ALREADY_CONNECTED',
        'connectTransports() was called twice for one application. The transports are already connected. Remove the second call.',
      );
    }
    this.#isConnecting = true;
  }

  /**
   * If `connectTransports` is not called in time, reports that the handlers receive no messages. Without this report, nothing
   * would show the cause.
   */
  onApplicationBootstrap(): void {
    if (this.#isConnecting) return;
    const names = enabledHandlers(this.#discovery, new MetadataScanner(), this.#resolver).map(
      ({ name }) => name,
    );
    if (names.length === 0) return;
    this.#unconnected = setTimeout(() => {
      this.#health.report(
        'Throughline',
        `connectTransports() was not called, so these handlers are not receiving messages: ${names.join(', ')}. Call "await connectTransports(app)" in main.ts.`,
      );
    }, CONNECT_WITHIN).unref();
  }

  /** The number of messages that are in progress in all transports. */
  get running(): number {
    return this.servers.reduce((sum, { running }) => sum + running, 0);
  }

  /**
   * Checks the configuration, and rejects if it cannot work.
   *
   * @param known errors that are reported with the others
   * @throws ThroughlineError the configuration error, or `TL_START_REFUSED`, which lists all errors if there are several
   */
  async check(known: readonly ThroughlineError[]): Promise<void> {
    const { steps, errors } = await resolveMiddleware(this.#use, this.#moduleRef);
    this.#middleware = steps;
    const found = [
      ...known,
      ...errors,
      ...configurationErrors(this.#discovery, new MetadataScanner(), {
        transports: this.#transports,
        resolver: this.#resolver,
        store: this.#store,
      }),
      // Dead-letter channels are checked first. The first check creates a missing channel, and a dead-letter channel is created
      // with a longer retention.
      ...(await this.#checkDeadLetterChannels()),
      ...(await Promise.all(this.servers.map((server) => this.#ask(() => server.check())))).flat(),
    ];
    throwTogether(found);
  }

  /** Waits until all transports have finished the messages in progress, and flushes the tracer. */
  async drain(deadline: AbortSignal): Promise<void> {
    await Promise.all(this.servers.map((server) => server.drain(deadline)));
    await this.#flush();
  }

  /** Closes the connections and the store. Nest runs this hook last, so other hooks may still publish messages before. */
  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.#unconnected);
    await Promise.all(this.#transports.all.map(({ connection }) => connection.close()));
    await this.#store?.close();
    await this.#flush();
  }

  /** Checks the channels that handlers name for their dead letters. Each channel is checked by the transport that serves it. */
  async #checkDeadLetterChannels(): Promise<readonly ThroughlineError[]> {
    const channels = this.servers
      .flatMap(({ definitions }) => definitions)
      .filter(hasValidOptions)
      .flatMap(({ options: { deadLetter } }) => (typeof deadLetter === 'object' ? deadLetter : []));
    const byConnection = Map.groupBy(channels, (channel) => this.#transports.find(channel));
    const checks = [...byConnection].map(([connection, ofConnection]) =>
      this.#ask(() => connection?.checkDeadLetterChannels(ofConnection) ?? Promise.resolve([])),
    );
    return (await Promise.all(checks)).flat();
  }

  async #ask(
    check: () => Promise<readonly ThroughlineError[]>,
  ): Promise<readonly ThroughlineError[]> {
    try {
      return await check();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      this.#log.warn(
        `Throughline could not check the channels at startup, because a broker is unavailable: ${withFullStop(error.message)} The application will start anyway and keep trying to reach the broker.`,
      );
      return [];
    }
  }

  async #flush(): Promise<void> {
    const { lost } = await this.tracer.flush(AbortSignal.timeout(FLUSH_WITHIN));
    if (lost > this.#reportedLost)
      this.#log.warn(
        `The tracer has lost ${lost - this.#reportedLost} events since the previous flush. The affected traces have gaps.`,
      );
    this.#reportedLost = Math.max(lost, this.#reportedLost);
  }
}
