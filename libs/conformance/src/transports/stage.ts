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
import { Chronicle } from './chronicle.js';
import type { OpenTransport, RawChannel, RawMessage, TransportFeatures } from './contract.js';
import { Gate } from './gate.js';
import {
  batchControllerOf,
  controllerOf,
  itemChannel,
  type Handle,
  type HandleBatch,
  type HandlerWish,
  type ItemChannel,
} from './handler-class.js';
import { rawOf, type Item } from './item.js';
import type { SharedLog } from './shared-log.js';

/** What all plays of a suite share. */
export interface Theatre {
  readonly features: TransportFeatures;
  readonly opened: OpenTransport;
  readonly log: SharedLog;
  /** Told of each application's end: a long poll takes a second to end, and the next play need not wait for it. */
  readonly closing: (end: Promise<unknown>) => void;
}

/** How a test wishes its application. */
export interface AppSettings {
  readonly shutdownTimeout?: Duration | undefined;
  readonly tracer?: Tracer | undefined;
  readonly store?: IdempotencyStore | undefined;
  /** The application's name: its group. Default: the stage's. */
  readonly name?: string | undefined;
}

/** How a test wishes its application and its handler. */
export interface AppWish extends Omit<HandlerWish, 'name'>, AppSettings {}

/** An application that takes part. */
export interface App {
  readonly control: ThroughlineControl;
  readonly publisher: Publisher;
  readonly health: ThroughlineHealth;
  close(): Promise<void>;
}

/** One test's channel, its applications, and what happens to them. */
export class Stage {
  readonly chronicle = new Chronicle();
  readonly features: TransportFeatures;
  readonly #apps: INestApplication[] = [];
  readonly #gates: Gate[] = [];

  private constructor(
    readonly theatre: Theatre,
    /** The applications' name, and their group. */
    readonly name: string,
    readonly channel: RawChannel,
  ) {
    this.features = theatre.features;
  }

  static async play(
    theatre: Theatre,
    play: (stage: Stage) => Promise<void>,
    partitions?: number,
  ): Promise<void> {
    const app = `app-${randomUUID().slice(0, 8)}`;
    const channel = await theatre.opened.channel({ app, ...(partitions && { partitions }) });
    const stage = new Stage(theatre, app, channel);
    const listen = (line: string): void => stage.chronicle.add({ what: 'log', id: line });
    theatre.log.listen(listen);
    try {
      await play(stage);
    } finally {
      for (const gate of stage.#gates) gate.open();
      theatre.closing(Promise.all(stage.#apps.map((one) => one.close())));
      theatre.log.leave(listen);
    }
  }

  /** A gate that is opened at the end of the play at the latest. */
  gate(): Gate {
    const gate = new Gate();
    this.#gates.push(gate);
    return gate;
  }

  send(...messages: readonly (Item | RawMessage)[]): Promise<void> {
    return this.channel.send(messages.map((one) => ('body' in one ? one : rawOf(one))));
  }

  /** The channel as applications know it. */
  get items(): ItemChannel {
    return itemChannel(this.features.kind, this.channel.name);
  }

  /** Starts an application whose handler does this; each run is in the chronicle. */
  start(
    handle: Handle,
    { shutdownTimeout, tracer, store, name, ...wish }: AppWish = {},
  ): Promise<App> {
    const controller = controllerOf(this.items, wish, (item, delivery) =>
      this.recorded(item, delivery, handle),
    );
    return this.startWith(controller, { shutdownTimeout, tracer, store, name });
  }

  /** Starts an application whose handler takes batches; each message that it is given is in the chronicle, as begun. */
  startBatches(
    batch: BatchSize,
    handle: HandleBatch,
    { shutdownTimeout, tracer, store, name, ...wish }: AppWish = {},
  ): Promise<App> {
    const controller = batchControllerOf(this.items, wish, batch, (given) => {
      const deliveries = [...given];
      const ids = deliveries.map(({ message }) => message.payload.id);
      this.chronicle.add({ what: 'batch', id: ids.join(' ') });
      for (const { message, attempt } of deliveries) {
        this.chronicle.add({ what: 'begun', ...message.payload, attempt });
      }
      return handle(given);
    });
    return this.startWith(controller, { shutdownTimeout, tracer, store, name });
  }

  /** Handles an item, and writes down how that goes. */
  async recorded(item: Item, delivery: Delivery<Item>, handle: Handle): Promise<void> {
    const { attempt } = delivery;
    this.chronicle.add({ what: 'begun', ...item, attempt });
    try {
      await handle(item, delivery);
      this.chronicle.add({ what: 'done', ...item, attempt });
    } catch (error) {
      this.chronicle.add({ what: 'failed', ...item, attempt });
      throw error;
    }
  }

  /** Starts an application with this controller. */
  async startWith(
    controller: Type,
    { shutdownTimeout = '20s', tracer, store, name = this.name }: AppSettings = {},
  ): Promise<App> {
    @Module({})
    class Root {}
    const throughline = ThroughlineModule.forRoot({
      name,
      transports: [this.theatre.opened.transport()],
      ...(tracer && { tracer }),
      ...(store && { store }),
    });
    const app = await NestFactory.create(
      { module: Root, imports: [throughline], controllers: [controller] },
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own way to give options
      { logger: this.theatre.log, abortOnError: false },
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
