import { describe, expect, it, jest } from '@jest/globals';
import type { Kafka } from 'kafkajs';
import { Script } from 'node:vm';

import { headersFrom, type Headers, type HeaderEntry } from '#base';

import { errorOfCode } from './load.js';
import type { DecoderPrototype, RecordDecoder } from './internal-types.js';
import { patchPrototypes, watchClient } from './internals.js';
import { loadFile, loadKafkaJs } from './load.js';

interface Queue {
  pending: unknown[];
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  throttledUntil: number;
  destroy(): void;
  scheduleCheckPendingRequests(): void;
  scheduleRequestTimeoutCheck(): void;
  readonly inflight: Map<number, object>;
}

function queue(): Queue {
  const RequestQueue = loadFile('kafkajs/src/network/requestQueue') as new (
    options: object,
  ) => Queue;
  return new RequestQueue({
    logger: { debug: jest.fn() },
    requestTimeout: 30_000,
    enforceRequestTimeout: true,
    isConnected: () => true,
  });
}

function client(): Kafka {
  const { Kafka: Client, logLevel } = loadKafkaJs();
  return new Client({ brokers: ['localhost:1'], logLevel: logLevel.NOTHING });
}

/** The headers that kafkajs reads after it has written them. */
function readBack(headers: Headers): object {
  const encode = loadFile('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => {
    readonly buffer: Buffer;
  };
  const decode = loadFile('kafkajs/src/protocol/recordBatch/record/v0/decoder') as RecordDecoder;
  const Decoder = loadFile('kafkajs/src/protocol/decoder') as new (
    bytes: Buffer,
  ) => DecoderPrototype;
  const decoder = new Decoder(encode({ key: null, value: null, headers }).buffer);
  decoder.readVarInt(); // its length
  return decode(decoder, { firstOffset: '0', firstTimestamp: '0' }).headers;
}

const unwatched = { reached: () => undefined, failed: () => undefined };

describe('what the driver changes in kafkajs', () => {
  it('exists in the kafkajs that is installed', () => {
    expect(loadFile('kafkajs/package.json')).toMatchObject({ version: '2.2.4' });
    expect(patchPrototypes).not.toThrow();
  });

  it('sets no timer for an idle connection', () => {
    patchPrototypes();
    const idle = queue();

    idle.scheduleCheckPendingRequests();

    expect(idle.throttleCheckTimeoutId).toBeNull();
  });

  it('still sets a timer for pending requests', () => {
    patchPrototypes();
    const busy = queue();
    busy.pending = [{}];

    busy.scheduleCheckPendingRequests();

    expect(busy.throttleCheckTimeoutId).not.toBeNull();
    busy.destroy();
  });

  it('ends a request that has timed out, with one check a second', () => {
    patchPrototypes();
    jest.useFakeTimers();
    const waiting = queue();
    const timeoutRequest = jest.fn();
    waiting.inflight.set(1, { sentAt: Date.now(), requestTimeout: 30_000, timeoutRequest });

    waiting.scheduleRequestTimeoutCheck();
    jest.advanceTimersByTime(30_000);
    const before = timeoutRequest.mock.calls.length;
    jest.advanceTimersByTime(1_000);
    const after = timeoutRequest.mock.calls.length;
    waiting.destroy();
    jest.useRealTimers();

    expect([before, after]).toEqual([0, 1]);
  });

  it('finds the cluster of each client, with the methods that it calls', () => {
    const kafka = client();
    const watched = watchClient(kafka, unwatched);

    kafka.producer({ createPartitioner: loadKafkaJs().Partitioners.DefaultPartitioner });

    const cluster = watched.cluster();
    expect(cluster).toMatchObject({
      connectionPoolBuilder: { build: expect.any(Function) },
      targetTopics: expect.any(Set),
    });
    for (const method of [
      'refreshMetadata',
      'findControllerBroker',
      'findBroker',
      'findGroupCoordinator',
      'fetchTopicsOffset',
    ]) {
      expect(Reflect.get(cluster ?? {}, method)).toBeInstanceOf(Function);
    }
  });

  it('finds the methods of a broker and of a group that it calls', () => {
    const broker = loadFile('kafkajs/src/broker') as { prototype: object };
    const group = loadFile('kafkajs/src/consumer/consumerGroup') as { prototype: object };

    for (const method of ['isConnected', 'heartbeat', 'metadata', 'offsetCommit', 'offsetFetch']) {
      expect(Reflect.get(broker.prototype, method)).toBeInstanceOf(Function);
    }
    for (const method of [
      'assigned',
      'leave',
      'seek',
      'pause',
      'paused',
      'resume',
      'joinAndSync',
    ]) {
      expect(Reflect.get(group.prototype, method)).toBeInstanceOf(Function);
    }
  });

  it('finds the methods of a connection pool that it watches', async () => {
    const kafka = client();
    const watched = watchClient(kafka, unwatched);
    kafka.admin();

    const pool = await watched.cluster()?.connectionPoolBuilder.build();

    expect(pool).toMatchObject({ send: expect.any(Function), getConnection: expect.any(Function) });
    const connection = loadFile('kafkajs/src/network/connection') as { prototype: object };
    for (const method of ['isConnected', 'rejectRequests', 'disconnect']) {
      expect(Reflect.get(connection.prototype, method)).toBeInstanceOf(Function);
    }
  });

  it('refuses connections once the client is closed, so that no retry continues', async () => {
    const kafka = client();
    const watched = watchClient(kafka, unwatched);
    kafka.admin();
    const pool = await watched.cluster()?.connectionPoolBuilder.build();

    watched.kill();

    await expect(pool?.getConnection()).rejects.toMatchObject({ retriable: false });
  });

  it('reports requests that failed because no broker answered', async () => {
    const kafka = client();
    const failed = jest.fn();
    const watched = watchClient(kafka, { reached: () => undefined, failed });
    kafka.admin();
    const pool = await watched.cluster()?.connectionPoolBuilder.build();

    await expect(pool?.getConnection()).rejects.toThrow('Connection error');

    expect(failed).toHaveBeenCalledTimes(1);
  });

  it('reads the broker’s error numbers', () => {
    expect(errorOfCode(10)).toMatchObject({ type: 'MESSAGE_TOO_LARGE', retriable: false });
    expect(errorOfCode(6)).toMatchObject({ type: 'NOT_LEADER_FOR_PARTITION', retriable: true });
  });

  it('reads headers of any name, into ordinary objects', () => {
    patchPrototypes();
    const entries: readonly HeaderEntry[] = [
      ['__proto__', Buffer.from('a')],
      ['constructor', [Buffer.from('b'), Buffer.from('c')]],
      ['toString', Buffer.alloc(0)],
    ];

    const headers = readBack(headersFrom(entries));

    expect(Object.entries(headers)).toEqual(entries);
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
    expect(readBack({})).toEqual({});
  });

  it('reads a header that occurs 100,000 times before a consumer would lose its session', () => {
    const values = Array.from({ length: 100_000 }, () => Buffer.from('a'));
    patchPrototypes();

    let headers: Readonly<Record<string, unknown>> = {};
    const read = (): void => {
      headers = { ...readBack(headersFrom([['a', values]])) };
    };
    // Copying the list each time would take minutes, and Jest cannot interrupt synchronous code.
    new Script('read()').runInNewContext({ read }, { timeout: 50_000 });

    expect(headers.a).toHaveLength(100_000);
  }, 120_000);

  it('refuses a kafkajs with other internals', () => {
    const otherwise = client();
    for (const symbol of Object.getOwnPropertySymbols(otherwise)) {
      Reflect.deleteProperty(otherwise, symbol);
    }

    expect(() => watchClient(otherwise, unwatched)).toThrow(
      expect.objectContaining({ code: 'TL_KAFKA_CLIENT_UNSUPPORTED' }),
    );
  });
});
