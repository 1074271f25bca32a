import { isEnabled } from '../checks/configuration-errors.js';
import { EventEmitter } from 'node:events';
import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { NestHandler } from '../../pipeline/compose.js';
import type { Subscription } from '../../scheduler/subscription.js';
import type { HandlerRegistration } from '../../control/handler-registration.js';
import { OwnLog, ThroughlineError } from '#base';
import type { DeclaredHandler, HandlerDefinition } from '../../handler/handler-definition.js';
import { hasValidOptions } from '../../handler/handler-option-checks.js';
import { DECLARATION } from '../../handler/message-handler.decorator.js';
import {
  channelText,
  transportSymbol,
  type Connection,
  type Transport,
} from 'throughline/transport';
import { transportText } from '../../transports.js';
import type { BoundHandler } from '../../pipeline/build-pipeline.js';
import { ProcessingHooks, type EndHook, type StartHook } from '../../pipeline/processing-hooks.js';
import type { Step } from '../../pipeline/step.js';
import {
  buildSubscription,
  type ApplicationParts,
  type SubscriptionParts,
} from './build-subscription.js';
import { startUntilDone } from './start-subscription.js';
import type { TransportEvents } from './transport-events.js';
import { sharingErrors } from '../checks/shared-channels.js';

type Extras = Readonly<Record<PropertyKey, unknown>>;

const declarationIn = (extras: Extras): DeclaredHandler | undefined =>
  extras[DECLARATION] as DeclaredHandler | undefined;

/** The parts that the servers of all transports share. */
export interface ServerContext extends ApplicationParts {
  /** Returns whether a plain Nest pattern names this transport. */
  readonly isNamed: (pattern: string, symbol: symbol) => boolean;
  readonly resolve: (declared: DeclaredHandler) => HandlerDefinition;
  /** Returns the handler's method itself if Nest adds nothing around it, so that the method can be called directly. */
  readonly directly: (declared: DeclaredHandler) => NestHandler | undefined;
  /** Returns the pipeline steps of the middleware in `use`. They are available once the application has started. */
  readonly middleware: () => readonly Step[];
}

/** Runs a transport as a Nest microservice. Nest provides the handlers together with their enhancers. */
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
  /** The request-reply patterns (`@MessagePattern`) that name this transport. */
  readonly #replying: string[] = [];
  readonly #log = new OwnLog('Throughline');
  readonly #stopping = new AbortController();

  /**
   * @param address the name by which Nest and channels refer to the transport. A transport has one server for each of its
   * addresses.
   */
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

  /** The number of messages that are in progress in this transport. */
  get running(): number {
    return this.#subscriptions.reduce((sum, { running }) => sum + running, 0);
  }

  /** The handlers that are registered with this transport. They are available once the server is listening. */
  get registrations(): readonly HandlerRegistration[] {
    return this.#subscriptions.flatMap(({ registrations }) => registrations);
  }

  get definitions(): readonly HandlerDefinition[] {
    return this.#handlers.map(({ definition }) => definition);
  }

  /**
   * Adds a handler. Unlike Nest's own servers, this server keeps handlers with the same pattern separate. Nest would chain these
   * handlers, and a failure in one of them would count as a failure in both.
   */
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
    if (!isEnabled(definition)) return;
    const direct = this.#context.directly(own);
    this.#handlers.push({ definition, handler: direct ?? handler });
  }

  /** Whether a plain Nest pattern belongs to this transport. Nest offers such patterns to every transport. */
  #takes(pattern: string, isEvent: boolean): boolean {
    if (this.#context.isNamed(pattern, this.#symbol)) {
      if (!isEvent) this.#replying.push(pattern);
      return isEvent;
    }
    return isEvent && this.#transport.nestPatterns === true;
  }

  /**
   * Returns the configuration errors in the handlers, including those that only the broker can find. Handlers with invalid
   * options are skipped, because another check reports their errors.
   */
  async check(): Promise<readonly ThroughlineError[]> {
    const valid = this.definitions.filter(hasValidOptions);
    const found = sharingErrors(
      this.#connection.handlerGroups(valid),
      (channel) => this.#connection.destination(channel).destination,
    );
    const replying = this.#replying.map(
      (pattern) =>
        new ThroughlineError(
          'TL_NO_REPLIES',
          `@MessagePattern('${pattern}') sends a reply, but the transport "${transportText(this.#transport)}" does not support replies. Use ` +
            '@EventPattern, and publish the reply as a message.',
        ),
    );
    return [...replying, ...found, ...(await this.#connection.check(valid))];
  }

  /**
   * Starts the transport. A second call has no effect. It occurs if `app.startAllMicroservices()` is called after
   * `connectTransports` has started the transport.
   */
  listen(callback: (error?: unknown) => void): void {
    if (this.#isListening) {
      callback();
      return;
    }
    this.#isListening = true;
    const parts: SubscriptionParts = {
      ...this.#context,
      connection: this.#connection,
      hooks: this.#hooks,
      middleware: this.#context.middleware(),
    };
    this.#subscriptions = this.#connection
      .handlerGroups(this.definitions)
      .map((handlerGroup) => buildSubscription(handlerGroup, this.#handlers, parts));
    for (const { name, channel } of this.definitions) {
      this.#log.log(`${name} handles ${channelText(channel)}.`);
    }
    this.#starting = this.#subscriptions.length;
    if (this.#starting === 0) this.#report('connected');
    for (const subscription of this.#subscriptions) void this.#start(subscription);
    callback();
  }

  /** Drains all subscriptions of the transport: see {@link Subscription.drain}. A second call waits for the first. */
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

  /**
   * Registers a callback for a change of the transport's state. `connected`: every source has started, or there are no handlers.
   * `disconnected`: a source cannot start, or the transport has stopped.
   */
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
}
