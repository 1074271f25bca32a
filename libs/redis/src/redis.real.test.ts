import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { startRedis, type Broker } from '#brokers';
import { redis } from './redis.js';
import { FaultyNetwork } from './faulty-network.fixture.js';

const LONG = 3_600_000;

jest.setTimeout(180_000);

const ofCode = (code: string): object => expect.objectContaining({ code });

describe('the store in Redis', () => {
  let broker: Broker;
  /** A client with all permissions. */
  let admin: ReturnType<typeof createClient>;
  beforeAll(async () => {
    broker = await startRedis();
    admin = createClient({ url: broker.address });
    admin.on('error', () => undefined);
    await admin.connect();
  });
  afterAll(async () => {
    admin.destroy();
    await broker.stop();
  });
  const open = () => redis({ url: broker.address, prefix: 'test', answerWithin: '10s' });

  it('stores an entry under its prefix and its key, for its time to live', async () => {
    const store = open();

    await store.complete('order:1', 5_000);

    expect(await admin.get('test:order:1')).toBe('done');
    expect(await admin.pTTL('test:order:1')).toBeGreaterThan(0);
    expect(await admin.pTTL('test:order:1')).toBeLessThanOrEqual(5_000);
    await store.close();
  });

  it('continues when Redis has lost its scripts', async () => {
    const [store, key] = [open(), randomUUID()];
    await store.claim(key, 'a', LONG);

    await admin.scriptFlush();

    expect(await store.renew(key, 'a', LONG)).toBe(true);
    await store.close();
  });

  it.each(['wrong', undefined])('is refused with the password %s', async (password) => {
    await admin.configSet('requirepass', 'right');
    const store = redis({
      url: broker.address,
      ...(password !== undefined && { password }),
    });
    const authorized = redis({ url: broker.address, password: 'right' });
    try {
      await expect(store.claim('a', 'a', LONG)).rejects.toEqual(ofCode('TL_REDIS_REFUSED'));
      await expect(authorized.claim(randomUUID(), 'a', LONG)).resolves.toEqual({ kind: 'granted' });
    } finally {
      await admin.configSet('requirepass', '');
      await Promise.all([store.close(), authorized.close()]);
    }
  });

  it.each([
    ['of another type', (key: string) => admin.lPush(key, 'a')],
    ['with another text', (key: string) => admin.set(key, 'a', { EX: 60 })],
    ['that never expires', (key: string) => admin.set(key, 'held someone')],
  ])('is refused by a key %s', async (_, put) => {
    const [store, key] = [open(), randomUUID()];
    await put(`test:${key}`);

    await expect(store.claim(key, 'a', LONG)).rejects.toEqual(ofCode('TL_REDIS_REFUSED'));
    await store.close();
  });

  it.each([
    [
      'has become a replica',
      () => admin.sendCommand(['REPLICAOF', '127.0.0.1', '1']),
      () => admin.sendCommand(['REPLICAOF', 'NO', 'ONE']),
    ],
    [
      'has no memory left',
      () => admin.configSet('maxmemory', '1'),
      () => admin.configSet('maxmemory', '0'),
    ],
    [
      'lacks its replicas',
      () => admin.configSet('min-replicas-to-write', '1'),
      () => admin.configSet('min-replicas-to-write', '0'),
    ],
  ])('is unavailable while Redis %s', async (_, begin, end) => {
    const [store, key] = [open(), randomUUID()];
    await store.claim(randomUUID(), 'a', LONG);
    await begin();
    try {
      await expect(store.claim(key, 'a', LONG)).rejects.toEqual(ofCode('TL_REDIS_UNAVAILABLE'));
      await expect(store.complete(key, LONG)).rejects.toEqual(ofCode('TL_REDIS_UNAVAILABLE'));
    } finally {
      await end();
    }

    expect(await store.claim(key, 'a', LONG)).toEqual({ kind: 'granted' });
    await store.close();
  });

  it('is unavailable while Redis takes no more clients', async () => {
    const store = open();
    const { maxclients = '' } = await admin.configGet('maxclients');
    await admin.configSet('maxclients', '1');
    try {
      await expect(store.claim('a', 'a', LONG)).rejects.toEqual(ofCode('TL_REDIS_UNAVAILABLE'));
    } finally {
      await admin.configSet('maxclients', maxclients);
      await store.close();
    }
  });

  it('continues when its connection was closed while idle', async () => {
    const [store, key] = [open(), randomUUID()];
    await store.claim(key, 'a', LONG);

    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']);

    expect(await store.renew(key, 'a', LONG)).toBe(true);
    await store.close();
  });

  it('runs an operation again where the connection broke before the answer', async () => {
    const network = await FaultyNetwork.to(broker.port);
    const [store, key] = [redis({ url: network.url, answerWithin: '10s' }), randomUUID()];
    await store.claim(key, 'a', LONG);

    network.resetOnNextWrite();

    expect(await store.renew(key, 'a', LONG)).toBe(true);
    await store.close();
    await network.close();
  });

  it('replaces a connection that stopped answering', async () => {
    const network = await FaultyNetwork.to(broker.port);
    const [store, key] = [redis({ url: network.url, answerWithin: '1s' }), randomUUID()];
    await store.claim(key, 'a', LONG);

    network.silence();

    await expect(store.renew(key, 'a', LONG)).rejects.toEqual(ofCode('TL_REDIS_UNAVAILABLE'));
    expect(await store.renew(key, 'a', LONG)).toBe(true);
    await store.close();
    await network.close();
  });

  it('can be closed while it waits for an answer that never arrives', async () => {
    const network = await FaultyNetwork.to(broker.port);
    const store = redis({ url: network.url, answerWithin: '1s' });
    await store.claim(randomUUID(), 'a', LONG);
    network.silence();
    const pending = store.claim(randomUUID(), 'a', LONG).catch((error: unknown) => error);

    await store.close();

    expect(await pending).toEqual(ofCode('TL_REDIS_UNAVAILABLE'));
    await network.close();
  });

  it('completes operations that began before it was closed, and refuses later ones', async () => {
    const store = open();
    await store.claim(randomUUID(), 'a', LONG);

    const before = store.claim(randomUUID(), 'a', LONG);
    await store.close();

    expect(await before).toEqual({ kind: 'granted' });
    await expect(store.claim('a', 'a', LONG)).rejects.toEqual(ofCode('TL_REDIS_CLOSED'));
  });
});
