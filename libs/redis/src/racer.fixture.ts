/** A process that races others for the same keys. It is ready, waits for the word to go, and tells what it has seen. */
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'redis';
import { redis } from './redis.js';
import { inProgress, done, KEYS, type Sight } from './race.fixture.js';

const LANES = 4;
const LEASE = 600_000;
const TTL = 3_600_000;
const WORK = 15;
/** So many processes on few cores wait for their turn, not for Redis. */
const ANSWER_WITHIN = '60s';
const ONE_IN_FAILS = 10;

process.once('disconnect', () => process.exit(1));
const url = process.env.RACE_REDIS ?? '';
const store = redis({ url, prefix: 'race', answerWithin: ANSWER_WITHIN });
const witness = await createClient({ url }).connect();
const sight = { granted: 0, leased: 0, completed: 0, released: 0, overlaps: 0 };

function shuffled(keys: readonly number[]): number[] {
  const rest = [...keys];
  return keys.flatMap(() => rest.splice(randomInt(rest.length), 1));
}

/** Whether the key is settled for us. */
async function tryOnce(key: number): Promise<boolean> {
  const holder = randomUUID();
  const claim = await store.claim(`order ${key}`, holder, LEASE);
  if (claim.kind === 'done') return true;
  if (claim.kind === 'leased') {
    sight.leased += 1;
    return false;
  }
  sight.granted += 1;
  if ((await witness.incr(inProgress(key))) !== 1) sight.overlaps += 1;
  await pause(randomInt(1, WORK));
  const hasFailed = randomInt(ONE_IN_FAILS) === 0;
  if (!hasFailed) await witness.incr(done(key));
  await witness.decr(inProgress(key));
  if (hasFailed) {
    sight.released += 1;
    await store.release(`order ${key}`, holder);
    return false;
  }
  sight.completed += 1;
  await store.complete(`order ${key}`, TTL);
  return true;
}

async function lane(keys: number[]): Promise<void> {
  for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
    if (!(await tryOnce(key))) keys.push(key);
  }
}

process.send?.('ready');
await once(process, 'message');
const keys = shuffled(Array.from({ length: KEYS }, (_, key) => key));
await Promise.all(Array.from({ length: LANES }, () => lane(keys)));
await store.close();
await witness.close();
process.send?.(sight satisfies Sight, () => process.disconnect());
