import { trace, metrics } from '@opentelemetry/api';
import * as api from '@opentelemetry/api';
import apm from 'elastic-apm-node';
import { Controller, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { of } from 'rxjs';
import {
  connectTransports,
  exponential,
  memoryStore,
  MessageHandler,
  override,
  Publisher,
  Reject,
  RetryLater,
  ThroughlineControl,
  ThroughlineModule,
  type Batch,
  type ThroughlineOptions,
} from 'throughline';
import { elastic, elasticDefaults, ElasticRouteInterceptor } from 'throughline/elastic';
import {
  kafka,
  kafkaJs,
  memory as memoryDriver,
  topic,
  type KafkaJsOptions,
} from 'throughline/kafka';
import { memory, memoryBroker } from 'throughline/memory';
import { opentelemetry, OpenTelemetryRouteInterceptor } from 'throughline/opentelemetry';
import { drawTree, startRecorder, type Trace } from 'throughline/recorder';
import { redis } from 'throughline/redis';
import { queue, sqs } from 'throughline/sqs';
import { startEmbeddedSqs } from 'throughline/testing';
import { none, traced, TracingInterceptor } from 'throughline/tracing';
import { anyJson, type AnyChannel, type Transport } from 'throughline/transport';
import { NOT } from './wrong-values.js';

/** A public function that takes options. */
export interface Row {
  readonly of: string;
  /** The exported types whose members are this function's options. */
  readonly types?: readonly string[];
  /** Calls the function. What it opens it closes. Throws or rejects if the options are refused. */
  readonly call: (options: never) => unknown;
  /** Options that are accepted, all of them except those that exclude another. */
  readonly valid: object;
  /** The wrong values of every option. A nested option has a dotted path. */
  readonly wrong: Readonly<Record<string, readonly unknown[]>>;
  /** The codes of options whose errors have a code of their own. */
  readonly codes?: Readonly<Record<string, string>>;
  /** The options are the function's parameters, so that there is no object, and no unknown option. */
  readonly takesParameters?: true;
}

const schema = anyJson;
const orders = queue('orders', { schema });
const events = topic('events', { schema });
const BACKOFF = exponential('1s', '5m');
const warn = (): void => undefined;

/** Opens a transport, as the start of an application does, and closes it. */
async function open(transport: Transport): Promise<void> {
  const health = { report: () => undefined, resolve: () => undefined };
  const context = { name: 'test', suppress: <R>(call: () => R): R => call(), health };
  const connection = await transport.open(context as never);
  await connection.close();
}

@Module({})
class AppModule {}

/** Starts an application, and stops it. */
async function startWith(
  options: object | undefined,
  controllers: readonly Type[] = [],
  use: (app: INestApplicationContext) => unknown = () => undefined,
  connecting: object = { signals: [] },
): Promise<void> {
  const usable = options === undefined ? { name: 'test', transports: [memory()] } : options;
  const app = await NestFactory.createApplicationContext(
    {
      module: AppModule,
      imports: [ThroughlineModule.forRoot(usable as ThroughlineOptions)],
      controllers: [...controllers],
    },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own documented form
    { logger: false, abortOnError: false },
  );
  try {
    await connectTransports(app, connecting);
    await use(app);
  } finally {
    await app.close();
  }
}

/** A controller with one handler. */
function controllerWith(channel: AnyChannel, options: object): Type {
  @Controller()
  class Orders {
    @MessageHandler<AnyChannel, object>(channel, options)
    process(): void {
      // It takes no message.
    }
  }
  return Orders;
}

const withPublisher = (use: (publisher: Publisher) => unknown): Promise<void> =>
  startWith(undefined, [], (app) => use(app.get(Publisher)));

const withControl = (use: (control: ThroughlineControl) => unknown): Promise<void> =>
  startWith(undefined, [controllerWith(events, {})], (app) => use(app.get(ThroughlineControl)));

/** Runs `each` in a batch handler, and throws what it throws. */
async function eachWith(options: never): Promise<void> {
  const ended = Promise.withResolvers<undefined>();
  @Controller()
  class Batches {
    @MessageHandler(orders, { batch: { size: 1, within: '1ms' }, retry: { attempts: 1 } })
    handle(batch: Batch<unknown>): Promise<void> {
      const each = batch.each(() => undefined, options);
      each.then(ended.resolve.bind(undefined, undefined), ended.reject);
      return each;
    }
  }
  await startWith(undefined, [Batches], async (app) => {
    await app.get(Publisher).publish(orders, 1);
    await ended.promise;
  });
}

const RETRY = { attempts: NOT.integer, backoff: NOT.instance, crashAttempts: NOT.position };

/** Prefixes the paths of nested options. */
const under = (path: string, wrong: Row['wrong']): Row['wrong'] =>
  Object.fromEntries(Object.entries(wrong).map(([name, values]) => [`${path}.${name}`, values]));

const DEFAULTS: Row['wrong'] = {
  concurrency: NOT.count,
  retry: NOT.object,
  ...under('retry', RETRY),
  deadLetter: NOT.object.filter((value) => typeof value !== 'boolean').concat([{}]),
  timeout: NOT.duration,
  grace: NOT.duration,
  laneLimit: NOT.count,
  onBlocked: NOT.choice,
  trace: NOT.choice,
};

const COMMON = { name: NOT.text, enabled: NOT.flag, ...DEFAULTS };

const defaults = {
  concurrency: 2,
  retry: { attempts: 3, backoff: BACKOFF, crashAttempts: 0 },
  deadLetter: true,
  timeout: '5m',
  grace: '0s',
  laneLimit: Infinity,
  onBlocked: 'pause',
  trace: 'link',
};

const IDEMPOTENT: Row['wrong'] = {
  idempotent: NOT.object,
  ...under('idempotent', {
    key: NOT.fn,
    ttl: NOT.duration,
    store: NOT.instance,
    onUnavailable: NOT.choice,
    lease: NOT.duration,
  }),
};

const HANDLER_TYPES = [
  'CommonOptions',
  'PayloadOptions',
  'ShapeOptions',
  'Idempotency',
  'RetryOptions',
];

const common = {
  ...defaults,
  name: 'process-order',
  enabled: true,
  idempotent: {
    key: () => '1',
    ttl: '1h',
    store: memoryStore(),
    onUnavailable: 'retry',
    lease: '1s',
  },
};

/** Optional options of `kafka()` and `kafkaJs()`. */
const sasl = { mechanism: 'plain', username: 'user', password: 'secret' };
const KAFKA_CLIENT = {
  brokers: [...NOT.texts, [], ['localhost'], ['kafka://localhost:9092'], ['localhost:70000']],
  ssl: NOT.object.filter((value) => typeof value !== 'boolean'),
  sasl: NOT.object,
};

const PUBLISH = { key: NOT.key, headers: NOT.object, publishTimeout: NOT.duration };
const PUBLISH_CODES = { key: 'TL_KEY_INVALID', headers: 'TL_HEADER_INVALID' };
const published = { key: 'k', headers: { h: 'v' }, publishTimeout: '5s' };

const CHANNEL = { schema: NOT.instance, key: NOT.fn, transport: NOT.text };
const channel = { schema, key: () => 'k', transport: 'audit' };

const TRACERS = { warn: NOT.fn, unsampled: NOT.choice };
const emptyTrace = { traceId: '0', transactions: [], spans: [], errors: [] } as unknown as Trace;
const client = { emit: () => of(1), send: () => of(1) };

export const rows: readonly Row[] = [
  {
    of: 'ThroughlineModule.forRoot()',
    types: ['ThroughlineOptions'],
    call: (options) => startWith(options),
    valid: {
      name: 'shop',
      tracer: none(),
      transports: [memory()],
      store: memoryStore(),
      use: [],
      defaults,
      overrides: [],
    },
    wrong: {
      name: NOT.text,
      tracer: NOT.instance,
      transports: [...NOT.texts, [], [{}], [memory], [Promise.resolve(memory())]],
      store: NOT.instance,
      use: [...NOT.list, [5], ['x'], [null], [{}], [class {}]],
      defaults: NOT.object,
      ...under('defaults', DEFAULTS),
      overrides: [...NOT.list, [5], ['x'], [null], [{}]],
    },
  },
  {
    of: 'ThroughlineModule.forRootAsync()',
    types: ['ThroughlineAsyncOptions'],
    call: (options) => ThroughlineModule.forRootAsync(options),
    valid: { imports: [], inject: [], useFactory: () => ({ name: 'shop', transports: [] }) },
    wrong: {
      imports: NOT.list,
      inject: NOT.list,
      useFactory: NOT.fn,
      useClass: NOT.fn,
      useExisting: NOT.fn,
    },
  },
  {
    of: 'connectTransports()',
    types: ['ConnectOptions'],
    call: (options) => startWith(undefined, [], undefined, options),
    valid: { shutdownTimeout: '1s', signals: [] },
    wrong: { shutdownTimeout: NOT.duration, signals: NOT.texts },
  },
  {
    of: 'a handler on a queue',
    types: [...HANDLER_TYPES, 'QueueHandlerOptions'],
    call: (options) => startWith(undefined, [controllerWith(orders, options)]),
    valid: { ...common, when: () => true, unmatched: 'ack', visibility: '30s' },
    wrong: {
      ...COMMON,
      ...IDEMPOTENT,
      when: NOT.fn,
      unmatched: NOT.choice,
      visibility: NOT.duration,
    },
  },
  {
    of: 'a batch handler on a topic',
    types: [...HANDLER_TYPES, 'BatchSize', 'TopicHandlerOptions'],
    call: (options) => startWith(undefined, [controllerWith(events, options)]),
    valid: { ...common, batch: { size: 10, within: '50ms' }, group: 'audit', order: 'key' },
    wrong: {
      ...COMMON,
      ...IDEMPOTENT,
      batch: NOT.object,
      ...under('batch', { size: NOT.count, within: NOT.duration }),
      group: NOT.text,
      order: NOT.choice,
    },
  },
  {
    of: 'override()',
    types: ['CommonOptions', 'TopicHandlerOptions', 'RetryOptions'],
    call: (options) => {
      const Orders = controllerWith(events, {});
      const overrides = [override(Orders, 'process' as never, options, events)];
      return startWith({ name: 'test', transports: [memory()], overrides }, [Orders]);
    },
    valid: { ...defaults, enabled: true, group: 'audit', order: 'key' },
    wrong: { enabled: NOT.flag, ...DEFAULTS, group: NOT.text, order: NOT.choice },
  },
  {
    of: 'sqs()',
    types: ['SqsOptions', 'TransportOptions'],
    call: (options) => open(sqs(options)),
    valid: {
      name: 'audit',
      nestPatterns: true,
      queues: { orders: 'prod-orders' },
      waitTime: '20s',
      createMissing: true,
      client: { region: 'eu-central-1' },
    },
    wrong: {
      name: NOT.text,
      nestPatterns: NOT.flag,
      queues: [...NOT.object, { orders: 5 }, { orders: '' }, { orders: null }],
      waitTime: [...NOT.duration, '21s'],
      createMissing: NOT.flag,
      client: NOT.object,
    },
  },
  {
    of: 'kafka()',
    types: ['KafkaOptions', 'TransportOptions'],
    call: (options) => open(kafka(options)),
    valid: {
      name: 'audit',
      nestPatterns: true,
      brokers: ['localhost:9092'],
      ssl: true,
      sasl,
      driver: memoryDriver(),
      topics: { events: 'prod-events' },
      createMissing: true,
      partitions: 3,
      from: 'latest',
      sessionTimeout: '30s',
    },
    wrong: {
      name: NOT.text,
      nestPatterns: NOT.flag,
      ...KAFKA_CLIENT,
      driver: NOT.instance,
      topics: [...NOT.object, { events: 5 }, { events: '' }],
      createMissing: NOT.flag,
      partitions: NOT.integer,
      from: NOT.choice,
      sessionTimeout: NOT.duration,
    },
  },
  {
    of: 'kafkaJs()',
    types: ['KafkaJsOptions'],
    call: (options: KafkaJsOptions) => kafkaJs(options).close(),
    valid: {
      brokers: ['localhost:9092'],
      clientId: 'shop',
      ssl: {},
      sasl,
      connectionTimeout: 1_000,
      requestTimeout: 1_000,
      sendTimeout: 1_000,
      revokeTimeout: 1_000,
      metadataMaxAge: 1_000,
    },
    wrong: {
      ...KAFKA_CLIENT,
      clientId: NOT.text,
      connectionTimeout: NOT.positive,
      requestTimeout: NOT.positive,
      sendTimeout: NOT.positive,
      revokeTimeout: NOT.positive,
      metadataMaxAge: NOT.positive,
    },
  },
  {
    of: 'memory()',
    types: ['MemoryOptions'],
    call: (options) => open(memory(options)),
    valid: {
      name: 'audit',
      broker: memoryBroker(),
      createMissing: false,
      partitions: 1,
      from: 'latest',
    },
    wrong: {
      name: NOT.text,
      broker: NOT.instance,
      createMissing: NOT.flag,
      partitions: NOT.integer,
      from: NOT.choice,
    },
  },
  {
    of: 'memoryBroker()',
    types: ['MemoryBrokerOptions'],
    call: (options) => memoryBroker(options),
    valid: { clock: { now: () => 0, after: () => () => undefined } },
    wrong: { clock: NOT.instance },
  },
  {
    of: 'MemoryBroker.createQueue()',
    types: ['QueueSettings'],
    call: (options) => memoryBroker().createQueue('orders', options),
    valid: { visibility: 0 },
    wrong: { visibility: NOT.position },
  },
  {
    of: 'MemoryBroker.createTopic()',
    types: ['TopicSettings'],
    call: (options) => memoryBroker().createTopic('events', options),
    valid: { partitions: 1 },
    wrong: { partitions: NOT.integer },
  },
  {
    of: 'queue()',
    types: ['ChannelOptions'],
    call: (options) => queue('orders', options),
    valid: channel,
    wrong: CHANNEL,
  },
  {
    of: 'topic()',
    types: ['TopicChannelOptions'],
    call: (options) => topic('events', options),
    valid: { ...channel, tombstones: true },
    wrong: { ...CHANNEL, tombstones: NOT.flag },
  },
  {
    of: 'the name of queue() and topic()',
    call: ({ name }: { readonly name: string }) => [
      queue(name, { schema }),
      topic(name, { schema }),
    ],
    valid: { name: 'orders' },
    wrong: { name: NOT.text },
    takesParameters: true,
  },
  {
    of: 'publish() to a queue',
    types: ['CommonPublishOptions', 'QueuePublishOptions'],
    call: (options) => withPublisher((publisher) => publisher.publish(orders, 1, options)),
    valid: { ...published, delay: '0s', deduplicationId: 'd' },
    wrong: { ...PUBLISH, delay: NOT.duration, deduplicationId: NOT.text },
    codes: PUBLISH_CODES,
  },
  {
    of: 'publishAll() to a topic',
    types: ['CommonPublishOptions', 'TopicPublishOptions'],
    call: (options) => withPublisher((publisher) => publisher.publishAll(events, [1], options)),
    valid: { ...published, partition: 0 },
    wrong: { ...PUBLISH, partition: NOT.position },
    codes: PUBLISH_CODES,
  },
  {
    of: 'control.redrive()',
    types: ['RedriveOptions'],
    call: (options) => withControl((control) => control.redrive('Orders.process', options)),
    valid: {
      filter: () => true,
      rate: 0.5,
      to: 'source',
      dryRun: true,
      onProgress: () => undefined,
      signal: new AbortController().signal,
    },
    wrong: {
      filter: NOT.fn,
      rate: NOT.positive,
      to: NOT.choice,
      dryRun: NOT.flag,
      onProgress: NOT.fn,
      signal: NOT.instance,
    },
  },
  {
    of: 'control.setConcurrency()',
    call: ({ concurrency }: { readonly concurrency: number }) =>
      withControl((control) => {
        control.setConcurrency('Orders.process', concurrency);
      }),
    valid: { concurrency: 1 },
    wrong: { concurrency: NOT.integer },
    takesParameters: true,
  },
  {
    of: 'control.seek()',
    call: ({ target }: { readonly target: never }) =>
      withControl((control) => control.seek('Orders.process', target)),
    valid: { target: 'earliest' },
    wrong: { target: [...without(NOT.choice), new Date(NaN), { partition: 0 }, { offset: 0 }] },
    takesParameters: true,
  },
  {
    of: 'control.reset()',
    call: ({ target }: { readonly target: never }) =>
      withControl((control) => control.reset('test', target)),
    valid: { target: new Date(0) },
    wrong: { target: [...without(NOT.choice), new Date(NaN), { partition: 0, offset: 0 }] },
    takesParameters: true,
  },
  {
    of: 'Batch.each()',
    types: ['EachOptions'],
    call: eachWith,
    valid: { concurrency: 5 },
    wrong: { concurrency: NOT.count },
  },
  {
    of: 'Reject',
    call: (options) => new Reject('broken', options),
    valid: { cause: 'anything' },
    wrong: { cause: [] },
  },
  {
    of: 'RetryLater',
    types: ['RetryLaterOptions'],
    call: (options) => new RetryLater('1s', 'busy', options),
    valid: { counts: false, cause: 'anything' },
    wrong: { counts: NOT.flag, cause: [] },
  },
  {
    of: 'RetryLater and its delay',
    call: ({ after }: { readonly after: '1s' }) => new RetryLater(after),
    valid: { after: '1s' },
    wrong: { after: NOT.duration },
    takesParameters: true,
  },
  {
    of: 'exponential()',
    call: ({ first, max }: { readonly first: '1s'; readonly max: '5m' }) => exponential(first, max),
    valid: { first: '1s', max: '5m' },
    wrong: { first: NOT.duration, max: NOT.duration },
    takesParameters: true,
  },
  {
    of: 'memoryStore()',
    types: ['MemoryStoreOptions'],
    call: (options) => memoryStore(options),
    valid: { max: 10 },
    wrong: { max: NOT.integer },
  },
  {
    of: 'redis()',
    types: ['RedisOptions'],
    call: (options) => redis(options),
    valid: {
      url: 'redis://localhost:6379',
      username: 'user',
      password: 'secret',
      database: 0,
      name: 'shop',
      socket: {},
      prefix: 'orders',
      answerWithin: '1s',
    },
    wrong: {
      url: NOT.text,
      username: NOT.text,
      password: NOT.text,
      credentialsProvider: NOT.object,
      database: NOT.position,
      name: NOT.text,
      socket: NOT.object,
      prefix: NOT.text,
      answerWithin: NOT.duration,
    },
  },
  {
    of: 'elastic()',
    types: ['ElasticOptions'],
    call: (options) => elastic(options),
    valid: { agent: apm, warn, unsampled: 'full' },
    wrong: { agent: NOT.object, ...TRACERS },
  },
  {
    of: 'ElasticRouteInterceptor',
    types: ['ElasticOptions'],
    call: (options) => new ElasticRouteInterceptor(options),
    valid: { agent: apm, warn, unsampled: 'full' },
    wrong: { agent: NOT.object, ...TRACERS },
  },
  {
    of: 'elasticDefaults()',
    types: ['ElasticLoad'],
    call: (options) => elasticDefaults(options),
    valid: { eventsPerSecond: 1 },
    wrong: { eventsPerSecond: NOT.integer },
  },
  {
    of: 'opentelemetry()',
    types: ['OpenTelemetryOptions'],
    call: (options) => opentelemetry(options),
    valid: {
      tracerProvider: trace.getTracerProvider(),
      meterProvider: metrics.getMeterProvider(),
      settle: 'all',
      unsampled: 'full',
      warn,
      api,
    },
    wrong: {
      tracerProvider: NOT.instance,
      meterProvider: NOT.instance,
      settle: NOT.choice,
      api: NOT.object,
      ...TRACERS,
    },
  },
  {
    of: 'OpenTelemetryRouteInterceptor',
    types: ['RouteOptions'],
    call: (options) => new OpenTelemetryRouteInterceptor(options),
    valid: { tracerProvider: trace.getTracerProvider(), warn, api },
    wrong: { tracerProvider: NOT.instance, warn: NOT.fn, api: NOT.object },
  },
  {
    of: 'TracingInterceptor',
    call: ({ tracer }: { readonly tracer: never }) => new TracingInterceptor(tracer),
    valid: { tracer: none() },
    wrong: { tracer: [undefined, ...NOT.instance] },
    takesParameters: true,
  },
  {
    of: 'traced()',
    types: ['TracedTo'],
    call: (to) => traced(client, none(), to),
    valid: {
      system: 'nats',
      destination: 'orders',
      address: 'localhost',
      port: 4222,
      headers: () => new Map(),
    },
    wrong: {
      system: NOT.choice,
      destination: NOT.text,
      address: NOT.text,
      port: NOT.port,
      headers: NOT.fn,
    },
  },
  {
    of: 'traced() and its tracer',
    call: ({ tracer }: { readonly tracer: never }) => traced(client, tracer, { system: 'kafka' }),
    valid: { tracer: none() },
    wrong: { tracer: [undefined, ...NOT.instance] },
    takesParameters: true,
  },
  {
    of: 'startRecorder()',
    types: ['RecorderOptions'],
    call: async (options) => {
      const recorder = await startRecorder(options);
      await recorder.close();
    },
    valid: { port: 0 },
    wrong: { port: NOT.port },
  },
  {
    of: 'Recorder.waitFor()',
    types: ['WaitOptions'],
    call: async (options) => {
      await using recorder = await startRecorder();
      await recorder.waitFor(() => true, options);
    },
    valid: { signal: new AbortController().signal },
    wrong: { signal: NOT.instance },
  },
  {
    of: 'drawTree()',
    types: ['DrawOptions'],
    call: (options) => drawTree(emptyTrace, options),
    valid: { width: 80, color: false, title: 'ORD-1' },
    wrong: { width: NOT.position, color: NOT.flag, title: NOT.text },
  },
  {
    of: 'startEmbeddedSqs()',
    types: ['EmbeddedSqsOptions'],
    call: async (options) => {
      const { stop } = await startEmbeddedSqs(options);
      await stop();
    },
    valid: { port: 0 },
    wrong: { port: NOT.port },
  },
];

/** Dates are targets of seek and reset. */
function without(values: readonly unknown[]): readonly unknown[] {
  return values.filter((value) => !(value instanceof Date));
}
