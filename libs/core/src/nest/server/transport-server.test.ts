import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { none } from 'throughline/tracing';
import {
  transportSymbol,
  type Connection,
  type HandlerSpec,
  type Transport,
} from 'throughline/transport';
import { ThroughlineError } from '#base';
import { handlerOf } from '../../handler/handler.fixture.js';
import { DECLARATION } from '../../handler/message-handler.decorator.js';
import { resolveHandler } from '../../handler/resolve-handler.js';
import { ThroughlineHealth } from '../../health.js';
import { ALL_FAST_PATHS } from '../../pipeline/fast-paths.js';
import { TEST_SYSTEM, testChannel, testSource } from '../../transport.fixture.js';
import { Transports } from '../../transports.js';
import { TransportServer } from './transport-server.js';

/** Calls of the connection's source, and what its start does. */
let calls: string[];
let start: () => Promise<void>;
let checked: readonly HandlerSpec[];

const done = (what: string) => (): Promise<void> => {
  calls.push(what);
  return Promise.resolve();
};

const connection: Connection = {
  destination: ({ name }) => ({ system: TEST_SYSTEM.name, destination: name }),
  check: (handlers) => {
    checked = handlers;
    return Promise.resolve([]);
  },
  checkDeadLetterChannels: () => Promise.resolve([]),
  handlerGroups: (handlers) => handlers.map((handler) => ({ handlers: [handler] })),
  source: () =>
    testSource({
      start: () => {
        calls.push('start');
        return start();
      },
      stopReceiving: done('stop receiving'),
      stop: done('stop'),
    }),
  publishTerms: () => ({}),
  send: () => Promise.reject(new Error('The test sends nothing.')),
  deadLettersOf: ({ channel }) => `${channel.name}-dead`,
  storeDeadLetter: () => Promise.resolve(),
  redrive: () => Promise.reject(new Error('The test redrives nothing.')),
  retention: () => Promise.resolve(undefined),
  close: () => Promise.resolve(),
};

const transportLike = (parts: Partial<Transport> = {}): Transport => ({
  systems: [TEST_SYSTEM.name],
  channelOf: (pattern) => testChannel(pattern),
  open: () => Promise.resolve(connection),
  ...parts,
});

/** A server of this transport in an application whose patterns name it as said. */
function serverOf(
  transport: Transport = transportLike(),
  named: readonly string[] = [],
): TransportServer {
  return new TransportServer(transport, TEST_SYSTEM.name, connection, {
    application: 'shop',
    store: undefined,
    tracer: none(),
    health: new ThroughlineHealth(),
    transports: new Transports([{ transport, connection }]),
    isNamed: (pattern) => named.includes(pattern),
    fastPaths: ALL_FAST_PATHS,
    resolve: (declared) => resolveHandler(declared),
    directly: () => undefined,
    middleware: () => [],
  });
}

const handler = (): unknown => undefined;

/** Adds a handler as Nest does for a decorated method. */
function add(server: TransportServer, name: string, options: object = {}): void {
  const declared = {
    channel: testChannel(name),
    name: `Shop.${name}`,
    layers: [{ origin: 'decorator', options } as const],
  };
  server.addHandler(name, handler, true, { [DECLARATION]: declared });
}

const listening = (server: TransportServer): Promise<unknown> =>
  new Promise((resolve) => {
    server.listen(resolve);
  });

const next = (server: TransportServer, event: 'connected' | 'disconnected'): Promise<unknown> =>
  new Promise((resolve) => {
    server.on(event, resolve);
  });

beforeEach(() => {
  Logger.overrideLogger(false);
  calls = [];
  checked = [];
  start = () => Promise.resolve();
});

describe('The handlers of a transport server', () => {
  it('are those that its channels declare, with all options resolved', () => {
    const server = serverOf();

    add(server, 'orders', { concurrency: 3 });

    const { options } = handlerOf(testChannel('orders'), { concurrency: 3 });
    expect(server.definitions).toMatchObject([{ name: 'Shop.orders', options }]);
  });

  it('do not include those that are turned off', () => {
    const server = serverOf();

    add(server, 'orders', { enabled: false });

    expect(server.definitions).toEqual([]);
  });

  it('include a plain pattern of Nest only if it names the transport, or if the transport claims such patterns', () => {
    const [plain, naming, claiming] = [
      serverOf(),
      serverOf(transportLike(), ['payments']),
      serverOf(transportLike({ nestPatterns: true })),
    ];

    for (const server of [plain, naming, claiming]) server.addHandler('payments', handler, true);

    expect(plain.definitions).toEqual([]);
    expect(naming.definitions).toMatchObject([{ name: "@EventPattern('payments')" }]);
    expect(claiming.definitions).toMatchObject([{ name: "@EventPattern('payments')" }]);
  });

  it('are checked together with what no transport can do: reply', async () => {
    const server = serverOf(transportLike(), ['price']);
    add(server, 'orders');
    server.addHandler('price', handler, false);

    const errors = await server.check();

    expect(errors.map(({ code }) => code)).toEqual(['TL_NO_REPLIES']);
    expect(checked.map(({ name }) => name)).toEqual(['Shop.orders']);
  });

  it('are addressed in Nest by the symbol of the transport', () => {
    expect(serverOf().transportId).toBe(transportSymbol(TEST_SYSTEM.name));
  });
});

describe('A transport server', () => {
  it('starts a source for each group once, and reports that it is connected', async () => {
    const server = serverOf();
    add(server, 'orders');
    add(server, 'payments');
    const connected = next(server, 'connected');

    await listening(server);
    await listening(server);
    await connected;

    expect(calls).toEqual(['start', 'start']);
    await server.close();
  });

  it('is connected at once if no handler needs a source', async () => {
    const server = serverOf();
    const connected = next(server, 'connected');

    await listening(server);
    await connected;

    expect(calls).toEqual([]);
    await server.close();
  });

  it('does not wait for a source to start, and reports one that cannot', async () => {
    const server = serverOf();
    add(server, 'orders');
    const failure = new ThroughlineError('TL_TEST', 'no way');
    start = () => Promise.reject(failure);
    const disconnected = next(server, 'disconnected');

    await listening(server);

    expect(await disconnected).toBe(failure);
    await server.close();
  });

  it('drains once, in the order stop receiving, then stop, however often it is closed', async () => {
    const server = serverOf();
    add(server, 'orders');
    await listening(server);

    await Promise.all([server.drain(new AbortController().signal), server.close()]);
    await server.close();

    expect(calls).toEqual(['start', 'stop receiving', 'stop']);
  });

  it('starts nothing again after it was closed', async () => {
    jest.useFakeTimers();
    try {
      const server = serverOf();
      add(server, 'orders');
      start = () => Promise.reject(new ThroughlineError('TL_TEST', 'no way'));
      await listening(server);

      await server.close();
      await jest.advanceTimersByTimeAsync(60_000);

      expect(calls.filter((call) => call === 'start')).toHaveLength(1);
    } finally {
      jest.useRealTimers();
    }
  });
});
