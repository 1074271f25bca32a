import { exponential, memoryStore, override, ThroughlineModule } from 'throughline';
import { memory } from 'throughline/memory';
import { none } from 'throughline/tracing';
import { controllerWith, events, orders, startWith } from './applications.js';
import type { Row } from './row.js';
import { NOT } from './wrong-values.js';

const BACKOFF = exponential('1s', '5m');

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

class NoMiddleware {
  readonly use = 'no method';
}

function overriddenWith(options: never): Promise<void> {
  const Orders = controllerWith(events, {});
  const overrides = [override(Orders, 'process', options, events)];
  return startWith({ name: 'test', transports: [memory()], overrides }, [Orders]);
}

export const handlerRows: readonly Row[] = [
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
      use: [...NOT.list, [5], ['x'], [null], [{}], [NoMiddleware]],
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
    call: overriddenWith,
    valid: { ...defaults, enabled: true, group: 'audit', order: 'key' },
    wrong: { enabled: NOT.flag, ...DEFAULTS, group: NOT.text, order: NOT.choice },
  },
];
