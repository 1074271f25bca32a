import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClient } from 'redis';
import { startRedis, type Broker } from '#brokers';
import { done, KEYS, type RaceReport } from './race.fixture.js';

const RACERS = 20;
const TYPESCRIPT = new URL('../../../../tools/typescript.mjs', import.meta.url).href;
const RACER = fileURLToPath(new URL('racer.fixture.ts', import.meta.url));

/** The race takes a few seconds. The rest is for starting the processes, which takes long on a busy machine. */
jest.setTimeout(240_000);

const startRacer = (url: string): ChildProcess =>
  fork(RACER, {
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', TYPESCRIPT],
    env: { PATH: process.env.PATH, RACE_REDIS: url },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });

/**
 * The next message of a process. A process that ends without one has failed. Its channel closes after its last message; its `exit`
 * may be reported before that if this process is busy.
 */
const messageOf = async (racer: ChildProcess): Promise<unknown> => {
  const failed = new AbortController();
  const onEnd = (): void => failed.abort(new Error('a process ended without a message'));
  racer.once('disconnect', onEnd);
  try {
    const [message] = (await once(racer, 'message', {
      signal: failed.signal,
    })) as readonly unknown[];
    return message;
  } finally {
    racer.off('disconnect', onEnd);
  }
};

const sum = (reports: readonly RaceReport[], what: keyof RaceReport): number =>
  reports.reduce((total, report) => total + report[what], 0);

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

  it('use each key one at a time, and complete each one time', async () => {
    racers = Array.from({ length: RACERS }, () => startRacer(broker.address));
    await Promise.all(racers.map(messageOf));

    const ends = racers.map(async (racer) => (await messageOf(racer)) as RaceReport);
    for (const racer of racers) racer.send('go');
    const reports = await Promise.all(ends);

    const observer = await createClient({ url: broker.address }).connect();
    const counts = await observer.mGet(Array.from({ length: KEYS }, (_, key) => done(key)));
    await observer.close();
    expect(sum(reports, 'overlaps')).toBe(0);
    expect(counts).toEqual(Array.from({ length: KEYS }, () => '1'));
    expect(sum(reports, 'completed')).toBe(KEYS);
    expect(sum(reports, 'granted')).toBe(KEYS + sum(reports, 'released'));
    // Processes did contend for keys, and failed ones have released them.
    expect(sum(reports, 'leased')).toBeGreaterThan(RACERS);
    expect(sum(reports, 'released')).toBeGreaterThan(0);
  });
});
