/**
 * A process that races other processes for the same keys. It reports that it is ready, waits for the start signal, and sends its
 * counts.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'redis';
import { redis } from '../redis.js';
import { inProgress, done, KEYS, type RaceReport } from './race.fixture.js';

const LANES = 4;
const LEASE = 600_000;
const TTL = 3_600_000;
const WORK = 15;
/** The timeout is long, because many processes on few cores wait for the processor rather than for Redis. */
const ANSWER_WITHIN = '60s';
const ONE_IN_FAILS = 10;

process.once('disconnect', () => process.exit(1));
const url = process.env.RACE_REDIS ?? '';
const store = redis({ url, prefix: 'race', answerWithin: ANSWER_WITHIN });
const observer = await createClient({ url }).connect();
const report = { granted: 0, leased: 0, completed: 0, released: 0, overlaps: 0 };

function shuffled(keys: readonly number[]): number[] {
  const rest = [...keys];
  return keys.flatMap(() => rest.splice(randomInt(rest.length), 1));
}

/** Returns whether the key is completed. */
async function tryKey(key: number): Promise<boolean> {
  const holder = randomUUID();
  const claim = await store.claim(`order ${key}`, holder, LEASE);
  if (claim.kind === 'done') return true;
  if (claim.kind === 'leased') {
    report.leased += 1;
    return false;
  }
  report.granted += 1;
  if ((await observer.incr(inProgress(key))) !== 1) report.overlaps += 1;
  await pause(randomInt(1, WORK));
  const hasFailed = randomInt(ONE_IN_FAILS) === 0;
  if (!hasFailed) await observer.incr(done(key));
  await observer.decr(inProgress(key));
  if (hasFailed) {
    report.released += 1;
    await store.release(`order ${key}`, holder);
    return false;
  }
  report.completed += 1;
  await store.complete(`order ${key}`, TTL);
  return true;
}

async function lane(keys: number[]): Promise<void> {
  for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
    if (!(await tryKey(key))) keys.push(key);
  }
}

process.send?.('ready');
await once(process, 'message');
const keys = shuffled(Array.from({ length: KEYS }, (_, key) => key));
await Promise.all(Array.from({ length: LANES }, () => lane(keys)));
await store.close();
await observer.close();
process.send?.(report satisfies RaceReport, () => process.disconnect());
