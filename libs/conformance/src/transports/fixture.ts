import { NestFactory } from '@nestjs/core';
import { Module, type INestApplication, type Type } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import {
  connectTransports,
  Publisher,
  ThroughlineControl,
  ThroughlineHealth,
  ThroughlineModule,
  type BatchSize,
  type Delivery,
  type IdempotencyStore,
} from 'throughline';
import { type Duration } from '#base';
import type { Tracer } from 'throughline/tracing';
import { EventLog } from './event-log.js';
import type {
  HandlerWishes,
  OpenTransport,
  RawChannel,
  RawMessage,
  SubjectApi,
  TransportFeatures,
} from './contract.js';
import { Gate } from './gate.js';
import {
  batchControllerOf,
  controllerOf,
  type Handle,
  type HandleBatch,
  type HandlerSettings,
  type ItemChannel,
} from './handler-class.js';
import { Item, rawOf } from './item.js';
import type { SharedLog } from './shared-log.js';

/** The option that turns off what costs a message less. It is internal, so no name is exported for it (libs/core/src/pipeline/fast-paths.ts). */
const WITHOUT_FAST_PATHS = {
  [Symbol.for('throughline:fast-paths')]: {
    directCalls: false,
    sharedPlaces: false,
    immediateStarts: false,
  },
};

/** What the fixtures of a suite share. */
export interface Shared {
  readonly features: TransportFeatures;
  readonly api: SubjectApi;
  readonly tracer: Tracer | undefined;
  readonly fastPaths: 'on' | 'off';
  readonly broker: OpenTransport;
  readonly log: SharedLog;
  /** Takes what the suite waits for at its end. */
  readonly closeLater: (end: Promise<unknown>) => void;
}

/** How a test case starts an application. */
export interface AppSettings {
  readonly shutdownTimeout?: Duration | undefined;
  readonly tracer?: Tracer | undefined;
  readonly store?: IdempotencyStore | undefined;
  /** The application's name, which is also its consumer group. Default: the fixture's. */
  readonly name?: string | undefined;
}

/** How a test case starts an application and its handler. */
export interface AppOptions extends Omit<HandlerSettings, 'name'>, HandlerWishes, AppSettings {}

/** An application under test. */
export interface App {
  readonly control: ThroughlineControl;
  readonly publisher: Publisher;
  readonly health: ThroughlineHealth;
  close(): Promise<void>;
}

/** One test case's channel, its applications, and the log of what happens. */
export class Fixture {
  readonly log = new EventLog();
  readonly features: TransportFeatures;
  readonly api: SubjectApi;
  readonly #apps: INestApplication[] = [];
  readonly #gates: Gate[] = [];

  private constructor(
    readonly shared: Shared,
    /** The applications' name, which is also their consumer group. */
    readonly name: string,
    readonly channel: RawChannel,
  ) {
    this.features = shared.features;
    this.api = shared.api;
  }

  /** Runs a test case with its own fixture. */
  static async run(
    shared: Shared,
    testCase: (fixture: Fixture) => Promise<void>,
    partitions?: number,
  ): Promise<void> {
    const app = `app-${randomUUID().slice(0, 8)}`;
    const channel = await shared.broker.channel({ app, ...(partitions && { partitions }) });
    const fixture = new Fixture(shared, app, channel);
    const listen = (line: string): void => fixture.log.add({ what: 'log', id: line });
    shared.log.listen(listen);
    try {
      await testCase(fixture);
    } finally {
      for (const gate of fixture.#gates) gate.open();
      shared.closeLater(Promise.all(fixture.#apps.map((one) => one.close())));
      shared.log.unlisten(listen);
    }
  }

  /** A gate that is opened at the end of the test case at the latest. */
  gate(): Gate {
    const gate = new Gate();
    this.#gates.push(gate);
    return gate;
  }

  send(...messages: readonly (Item | RawMessage)[]): Promise<void> {
    return this.channel.send(messages.map((one) => ('body' in one ? one : rawOf(one))));
  }

  /** The channel as applications declare it. */
  get items(): ItemChannel {
    return this.channelOf(this.channel.name);
  }

  /** A channel with the suite's schema and key function. */
  channelOf(name: string): ItemChannel {
    return this.api.channel(name, { schema: Item, key: ({ key }) => key });
  }

  /** The same channel without a key function. */
  get keyless(): ItemChannel {
    return this.api.channel(this.channel.name, { schema: Item });
  }

  /** Starts an application whose handler does this, and logs each run. */
  start(
    handle: Handle,
    { shutdownTimeout, tracer, store, name, ...options }: AppOptions = {},
  ): Promise<App> {
    const controller = controllerOf(this.items, this.#settingsOf(options), (item, delivery) =>
      this.recorded(item, delivery, handle),
    );
    return this.startWith(controller, { shutdownTimeout, tracer, store, name });
  }

  /** Starts an application with a batch handler, and logs each message that it receives as begun. */
  startBatches(
    batch: BatchSize,
    handle: HandleBatch,
    { shutdownTimeout, tracer, store, name, ...options }: AppOptions = {},
  ): Promise<App> {
    const controller = batchControllerOf(this.items, this.#settingsOf(options), batch, (given) => {
      const deliveries = [...given];
      const ids = deliveries.map(({ message }) => message.payload.id);
      this.log.add({ what: 'batch', id: ids.join(' ') });
      for (const { message, attempt } of deliveries) {
        this.log.add({ what: 'begun', ...message.payload, attempt });
      }
      return handle(given);
    });
    return this.startWith(controller, { shutdownTimeout, tracer, store, name });
  }

  /** What a user writes for these options: some are the transport's own. */
  #settingsOf({
    redeliveredAfter,
    order,
    ...common
  }: Omit<HandlerSettings, 'name'> & HandlerWishes): HandlerSettings {
    return { ...common, ...this.api.handlerOptions?.({ redeliveredAfter, order }) };
  }

  /** Handles an item, and logs the run and its result. */
  async recorded(item: Item, delivery: Delivery<Item>, handle: Handle): Promise<void> {
    const { attempt } = delivery;
    this.log.add({ what: 'begun', ...item, attempt });
    try {
      await handle(item, delivery);
      this.log.add({ what: 'done', ...item, attempt });
    } catch (error) {
      this.log.add({ what: 'failed', ...item, attempt });
      throw error;
    }
  }

  /** Starts an application with this controller. */
  async startWith(
    controller: Type,
    {
      shutdownTimeout = '20s',
      tracer = this.shared.tracer,
      store,
      name = this.name,
    }: AppSettings = {},
  ): Promise<App> {
    @Module({})
    class Root {}
    const throughline = ThroughlineModule.forRoot({
      name,
      transports: [this.shared.broker.transport()],
      defaults: { deadLetter: false },
      ...(this.shared.fastPaths === 'off' && WITHOUT_FAST_PATHS),
      ...(tracer && { tracer }),
      ...(store && { store }),
    });
    const app = await NestFactory.create(
      { module: Root, imports: [throughline], controllers: [controller] },
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own way to give options
      { logger: this.shared.log, abortOnError: false },
    );
    this.#apps.push(app);
    await connectTransports(app, { signals: [], shutdownTimeout });
    return {
      control: app.get(ThroughlineControl),
      publisher: app.get(Publisher),
      health: app.get(ThroughlineHealth),
      close: () => app.close(),
    };
  }
}
