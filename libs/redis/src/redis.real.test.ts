import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { startRedis, type Broker } from '#brokers';
import { redis } from './redis.js';
import { UnrulyNetwork } from './unruly-network.fixture.js';

const LONG = 3_600_000;

jest.setTimeout(180_000);

const ofCode = (code: string): object => expect.objectContaining({ code });

describe('the store in Redis', () => {
  let broker: Broker;
  /** Someone with all rights beside the store. */
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

  it('keeps a mark under its prefix and its name, for as long as it was told', async () => {
    const store = open();

    await store.complete('order:1', 5_000);

    expect(await admin.get('test:order:1')).toBe('done');
    expect(await admin.pTTL('test:order:1')).toBeGreaterThan(0);
    expect(await admin.pTTL('test:order:1')).toBeLessThanOrEqual(5_000);
    await store.close();
  });

  it('goes on when Redis has forgotten its scripts', async () => {
    const [store, mark] = [open(), randomUUID()];
    await store.claim(mark, 'a', LONG);

    await admin.scriptFlush();

    expect(await store.renew(mark, 'a', LONG)).toBe(true);
    await store.close();
  });

  it.each(['wrong', undefined])('is refused with the password %s', async (password) => {
    await admin.configSet('requirepass', 'right');
    const store = redis({
      url: broker.address,
      ...(password !== undefined && { password }),
    });
    const knowing = redis({ url: broker.address, password: 'right' });
    try {
      await expect(store.claim('a', 'a', LONG)).rejects.toEqual(ofCode('TL_REDIS_REFUSED'));
      await expect(knowing.claim(randomUUID(), 'a', LONG)).resolves.toEqual({ kind: 'granted' });
    } finally {
      await admin.configSet('requirepass', '');
      await Promise.all([store.close(), knowing.close()]);
    }
  });

  it.each([
    ['of another type', (key: string) => admin.lPush(key, 'a')],
    ['with another text', (key: string) => admin.set(key, 'a', { EX: 60 })],
    ['that never runs out', (key: string) => admin.set(key, 'held someone')],
  ])('is refused by a key %s', async (_, put) => {
    const [store, mark] = [open(), randomUUID()];
    await put(`test:${mark}`);

    await expect(store.claim(mark, 'a', LONG)).rejects.toEqual(ofCode('TL_REDIS_REFUSED'));
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
    const [store, mark] = [open(), randomUUID()];
    await store.claim(randomUUID(), 'a', LONG);
    await begin();
    try {
      await expect(store.claim(mark, 'a', LONG)).rejects.toEqual(ofCode('TL_REDIS_UNAVAILABLE'));
      await expect(store.complete(mark, LONG)).rejects.toEqual(ofCode('TL_REDIS_UNAVAILABLE'));
    } finally {
      await end();
    }

    expect(await store.claim(mark, 'a', LONG)).toEqual({ kind: 'granted' });
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

  it('does not mind that its connection is cut while nobody asks', async () => {
    const [store, mark] = [open(), randomUUID()];
    await store.claim(mark, 'a', LONG);

    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal']);

    expect(await store.renew(mark, 'a', LONG)).toBe(true);
    await store.close();
  });

  it('asks once more where the connection broke before the answer', async () => {
    const network = await UnrulyNetwork.to(broker.port);
    const [store, mark] = [redis({ url: network.url, answerWithin: '10s' }), randomUUID()];
    await store.claim(mark, 'a', LONG);

    network.resetAtNextWord();

    expect(await store.renew(mark, 'a', LONG)).toBe(true);
    await store.close();
    await network.close();
  });

  it('leaves a connection that says nothing any more for a new one', async () => {
    const network = await UnrulyNetwork.to(broker.port);
    const [store, mark] = [redis({ url: network.url, answerWithin: '1s' }), randomUUID()];
    await store.claim(mark, 'a', LONG);

    network.silence();

    await expect(store.renew(mark, 'a', LONG)).rejects.toEqual(ofCode('TL_REDIS_UNAVAILABLE'));
    expect(await store.renew(mark, 'a', LONG)).toBe(true);
    await store.close();
    await network.close();
  });

  it('can be closed while an answer is due that never comes', async () => {
    const network = await UnrulyNetwork.to(broker.port);
    const store = redis({ url: network.url, answerWithin: '1s' });
    await store.claim(randomUUID(), 'a', LONG);
    network.silence();
    const asked = store.claim(randomUUID(), 'a', LONG).catch((error: unknown) => error);

    await store.close();

    expect(await asked).toEqual(ofCode('TL_REDIS_UNAVAILABLE'));
    await network.close();
  });

  it('answers what was asked before it is closed, and refuses what is asked after', async () => {
    const store = open();
    await store.claim(randomUUID(), 'a', LONG);

    const before = store.claim(randomUUID(), 'a', LONG);
    await store.close();

    expect(await before).toEqual({ kind: 'granted' });
    await expect(store.claim('a', 'a', LONG)).rejects.toEqual(ofCode('TL_REDIS_CLOSED'));
  });
});
