import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClient } from 'redis';
import { startRedis, type Broker } from '#brokers';
import { done, KEYS, type Sight } from './race.fixture.js';

const RACERS = 20;
const TYPESCRIPT = new URL('../../../tools/typescript.mjs', import.meta.url).href;
const RACER = fileURLToPath(new URL('racer.fixture.ts', import.meta.url));

/** A few seconds of it are the race; the rest is the start of so many processes, which takes long where others work. */
jest.setTimeout(240_000);

const startRacer = (url: string): ChildProcess =>
  fork(RACER, {
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', TYPESCRIPT],
    env: { PATH: process.env.PATH, RACE_REDIS: url },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });

/**
 * The next word of a racer; one that ends without a word has failed. Its channel closes after its last message; its `exit` may be
 * told before that, where this process is busy.
 */
const wordOf = async (racer: ChildProcess): Promise<unknown> => {
  const failed = new AbortController();
  const onEnd = (): void => failed.abort(new Error('a racer ended without a word'));
  racer.once('disconnect', onEnd);
  try {
    const [word] = (await once(racer, 'message', { signal: failed.signal })) as readonly unknown[];
    return word;
  } finally {
    racer.off('disconnect', onEnd);
  }
};

const sum = (sights: readonly Sight[], what: keyof Sight): number =>
  sights.reduce((total, sight) => total + sight[what], 0);

describe(`${RACERS} processes that race for the same ${KEYS} keys`, () => {
  let broker: Broker;
  let racers: readonly ChildProcess[] = [];
  beforeAll(async () => {
    broker = await startRedis();
  });
  afterAll(async () => {
    for (const racer of racers) racer.kill('SIGKILL');
    await broker.stop();
  });

  it('are at work at each one at a time, and do each once', async () => {
    racers = Array.from({ length: RACERS }, () => startRacer(broker.address));
    await Promise.all(racers.map(wordOf));

    const ends = racers.map(async (racer) => (await wordOf(racer)) as Sight);
    for (const racer of racers) racer.send('go');
    const sights = await Promise.all(ends);

    const witness = await createClient({ url: broker.address }).connect();
    const counts = await witness.mGet(Array.from({ length: KEYS }, (_, key) => done(key)));
    await witness.close();
    expect(sum(sights, 'overlaps')).toBe(0);
    expect(counts).toEqual(Array.from({ length: KEYS }, () => '1'));
    expect(sum(sights, 'completed')).toBe(KEYS);
    expect(sum(sights, 'granted')).toBe(KEYS + sum(sights, 'released'));
    // It was a race: they have met, and those who failed have passed keys on.
    expect(sum(sights, 'leased')).toBeGreaterThan(RACERS);
    expect(sum(sights, 'released')).toBeGreaterThan(0);
  });
});
