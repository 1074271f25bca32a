import { EventEmitter } from 'node:events';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Tracer } from 'throughline/tracing';
import type { NestHandler } from '../pipeline/compose.js';
import type { IdempotencyParts } from '../pipeline/steps/idempotency.js';
import { Subscription } from '../scheduler/subscription.js';
import { deadLetterStoreOf, type DeadLetterStore } from '../pipeline/dead-letter-store.js';
import type { HandlerRegistration } from '../control/handler-registration.js';
import { OwnLog, ThroughlineError } from '#base';
import type { DeclaredHandler, HandlerDefinition } from '../handler/handler-definition.js';
import { DECLARATION } from '../handler/message-handler.decorator.js';
import type { ThroughlineHealth } from '../health.js';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { idempotencyPartsOf } from '../idempotency/idempotency-parts.js';
import { Settler } from '../scheduler/settler.js';
import {
  channelText,
  transportSymbol,
  type Connection,
  type HandlerGroup,
  type Transport,
} from 'throughline/transport';
import { transportText, type Transports } from '../transports.js';
import {
  buildPipeline,
  type BoundHandler,
  type ChannelHandlers,
  type PipelineContext,
} from '../pipeline/build-pipeline.js';
import { ProcessingHooks, type EndHook, type StartHook } from '../pipeline/processing-hooks.js';
import type { FastPaths } from '../pipeline/fast-paths.js';
import type { Step } from '../pipeline/step.js';
import { Dispatcher } from '../scheduler/dispatcher.js';
import { startUntilDone } from './start-subscription.js';
import type { TransportEvents } from './transport-events.js';
import { sharingMistakes } from './shared-channels.js';

type Extras = Readonly<Record<PropertyKey, unknown>>;

const declarationIn = (extras: Extras): DeclaredHandler | undefined =>
  extras[DECLARATION] as DeclaredHandler | undefined;

/** What a transport's server shares with those of the other transports. */
export interface ServerContext {
  /** The application's name. */
  readonly application: string;
  readonly store: IdempotencyStore | undefined;
  readonly tracer: Tracer;
  readonly health: ThroughlineHealth;
  readonly transports: Transports;
  /** Whether a pattern of Nest's own names this transport. */
  readonly isNamed: (pattern: string, symbol: symbol) => boolean;
  readonly fastPaths: FastPaths;
  readonly resolve: (declared: DeclaredHandler) => HandlerDefinition;
  /** The method itself, where Nest would do nothing around it. */
  readonly directly: (declared: DeclaredHandler) => NestHandler | undefined;
  /** The steps of `use`, once the application has started. */
  readonly middleware: () => readonly Step[];
}

/** A transport as a Nest microservice: Nest brings the handlers, with everything that surrounds them. */
export class TransportServer
  extends Server<TransportEvents, keyof TransportEvents>
  implements CustomTransportStrategy
{
  override readonly propagatesEventHandlerErrors = true;
  readonly #transport: Transport;
  readonly #symbol: symbol;
  readonly #address: string;
  readonly #connection: Connection;
  readonly #context: ServerContext;
  readonly #handlers: BoundHandler[] = [];
  readonly #hooks: ProcessingHooks;
  #subscriptions: readonly Subscription[] = [];
  #drained: Promise<void> | undefined;
  #isListening = false;
  readonly #events = new EventEmitter();
  #starting = 0;
  /** Patterns of request and reply that name this transport. */
  readonly #replying: string[] = [];
  readonly #log = new OwnLog('Throughline');
  readonly #stopping = new AbortController();

  /** @param address the name by which Nest and channels address it: one server for each */
  constructor(
    transport: Transport,
    address: string,
    connection: Connection,
    context: ServerContext,
  ) {
    super();
    this.#transport = transport;
    this.#address = address;
    this.#symbol = transportSymbol(address);
    this.#connection = connection;
    this.#context = context;
    this.setTransportId(this.#symbol);
    this.#hooks = new ProcessingHooks(this.#symbol);
  }

  override setOnProcessingStartHook(hook: StartHook): void {
    this.#hooks.onStart(hook);
  }

  override setOnProcessingEndHook(hook: EndHook): void {
    this.#hooks.onEnd(hook);
  }

  /** How many messages are in progress. */
  get running(): number {
    return this.#subscriptions.reduce((sum, { running }) => sum + running, 0);
  }

  /** The handlers with what runs them, once it listens. */
  get registrations(): readonly HandlerRegistration[] {
    return this.#subscriptions.flatMap(({ registrations }) => registrations);
  }

  get definitions(): readonly HandlerDefinition[] {
    return this.#handlers.map(({ definition }) => definition);
  }

  /** Nest would chain two handlers of one pattern, so that the failure of one were the failure of both. */
  override addHandler(
    pattern: unknown,
    handler: NestHandler,
    isEventHandler = false,
    extras: Extras = {},
  ): void {
    const name = this.normalizePattern(pattern as string);
    const declared = declarationIn(extras);
    if (declared === undefined && !this.#takes(name, isEventHandler)) return;
    const own = declared ?? {
      channel: this.#transport.channelOf(name, this.#address),
      layers: [],
      name: `@EventPattern('${name}')`,
    };
    const definition = this.#context.resolve(own);
    if (!definition.options.enabled) return;
    const direct = this.#context.directly(own);
    this.#handlers.push({ definition, handler: direct ?? handler });
  }

  /** Whether a pattern of Nest's own, which Nest offers to every transport, is this one's. */
  #takes(pattern: string, isEvent: boolean): boolean {
    if (this.#context.isNamed(pattern, this.#symbol)) {
      if (!isEvent) this.#replying.push(pattern);
      return isEvent;
    }
    return isEvent && this.#transport.nestPatterns === true;
  }

  /** What is wrong with the handlers, as far as the broker can be asked. */
  async check(): Promise<readonly ThroughlineError[]> {
    const mistakes = sharingMistakes(
      this.#connection.handlerGroups(this.definitions),
      (channel) => this.#connection.destination(channel).destination,
    );
    const replying = this.#replying.map(
      (pattern) =>
        new ThroughlineError(
          'TL_NO_REPLIES',
          `@MessagePattern('${pattern}') sends a reply, but messages of ${transportText(this.#transport)} have no reply. Use ` +
            '@EventPattern, and publish the answer as a message.',
        ),
    );
    return [...replying, ...mistakes, ...(await this.#connection.check(this.definitions))];
  }

  /** `app.startAllMicroservices()` starts what `connectTransports` has started; that is no second start. */
  listen(callback: (error?: unknown) => void): void {
    if (this.#isListening) {
      callback();
      return;
    }
    this.#isListening = true;
    this.#subscriptions = this.#connection
      .handlerGroups(this.definitions)
      .map((handlerGroup) => this.#subscriptionOf(handlerGroup));
    for (const { name, channel } of this.definitions) {
      this.#log.log(`${name} handles ${channelText(channel)}.`);
    }
    this.#starting = this.#subscriptions.length;
    for (const subscription of this.#subscriptions) void this.#start(subscription);
    callback();
  }

  /** See {@link Subscription.drain}; a second call waits for the first. */
  drain(deadline: AbortSignal): Promise<void> {
    this.#stopping.abort();
    this.#drained ??= Promise.all(
      this.#subscriptions.map((subscription) => subscription.drain(deadline)),
    ).then(() => this.#report('disconnected'));
    return this.#drained;
  }

  close(): Promise<void> {
    return this.drain(AbortSignal.abort());
  }

  /** `connected`: every source has started. `disconnected`: a source cannot start, or the transport has stopped. */
  on<E extends keyof TransportEvents>(event: E, callback: TransportEvents[E]): void {
    this.#events.on(event, callback);
  }

  // The signature is Nest's own (Server#unwrap).
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  unwrap<T>(): T {
    return this.#connection as T;
  }

  async #start(subscription: Subscription): Promise<void> {
    const isStarted = await startUntilDone(subscription, {
      transport: transportText(this.#transport),
      health: this.#context.health,
      stopping: this.#stopping.signal,
      onFailure: (error) => this.#report('disconnected', error),
    });
    if (!isStarted) return;
    this.#starting -= 1;
    if (this.#starting === 0) this.#report('connected');
  }

  #report(event: keyof TransportEvents, reason?: unknown): void {
    this._status$.next(event);
    this.#events.emit(event, reason);
  }

  #subscriptionOf(handlerGroup: HandlerGroup): Subscription {
    const { tracer, health, middleware, fastPaths } = this.#context;
    const source = this.#connection.source(handlerGroup);
    const { group } = handlerGroup;
    const settler = new Settler(source, this.#hooks);
    const context: PipelineContext = {
      source,
      settler,
      tracer,
      health,
      hooks: this.#hooks,
      fastPaths,
      middleware: middleware(),
      deadLetterStoreOf: (definition) => this.#deadLetterStoreOf(definition),
      idempotencyOf: (definition) => this.#idempotencyOf(definition, group),
      retentionOf: ({ channel }) => this.#connection.retention(channel),
    };
    const built = this.#byChannel(handlerGroup).map((handlers) => {
      return { handlers, handlerRunner: buildPipeline(handlers, context) };
    });
    const handlerRunners = new Map(
      built.map(({ handlers, handlerRunner }) => [
        handlers[0].definition.channel.name,
        handlerRunner,
      ]),
    );
    const registrations = built.flatMap(({ handlers, handlerRunner }) =>
      handlers.map(({ definition }) =>
        this.#registrationOf(definition, { handlerRunner, source, group }),
      ),
    );
    const sink = new Dispatcher(handlerRunners, settler, fastPaths);
    return new Subscription(source, { sink, settler, handlerRunners }, registrations);
  }

  #registrationOf(
    definition: HandlerDefinition,
    shared: Pick<HandlerRegistration, 'handlerRunner' | 'source' | 'group'>,
  ): HandlerRegistration {
    const { transports } = this.#context;
    return { ...shared, definition, connection: this.#connection, transports };
  }

  /** The handlers of each channel, in the order of their declaration. */
  #byChannel({ handlers }: HandlerGroup): readonly ChannelHandlers[] {
    const bound = this.#handlers.filter(({ definition }) => handlers.includes(definition));
    const byChannel = Map.groupBy(bound, ({ definition }) => definition.channel.name);
    return [...byChannel.values()].flatMap(([first, ...others]) =>
      first === undefined ? [] : [[first, ...others] as const],
    );
  }

  #deadLetterStoreOf(definition: HandlerDefinition): DeadLetterStore | undefined {
    const own = this.#connection.deadLettersOf(definition);
    return deadLetterStoreOf(definition, this.#context.transports, own);
  }

  #idempotencyOf(
    definition: HandlerDefinition,
    group: string | undefined,
  ): IdempotencyParts | undefined {
    const { application, store } = this.#context;
    const retention = (): Promise<number | undefined> =>
      this.#connection.retention(definition.channel);
    return idempotencyPartsOf(definition, { application, group, store, retention });
  }
}
