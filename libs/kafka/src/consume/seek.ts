import { setTimeout as pause } from 'node:timers/promises';
import { ThroughlineError } from '#base';
import { type SeekTarget } from 'throughline/transport';
import type { KafkaDriver } from '../driver.js';
import { unavailable } from '../errors/failures.js';

const RETRY_DELAY = 500;
const TIMES = 10;

/**
 * The offset by partition that a target stands for; only of the partitions that it speaks of. What retention has removed is
 * replaced by what is left.
 *
 * @throws ThroughlineError `TL_KAFKA_OFFSET_INVALID` for an offset or a partition that there is not
 */
export async function seekOffsets(
  driver: KafkaDriver,
  topic: string,
  target: SeekTarget,
): Promise<ReadonlyMap<number, number>> {
  if (typeof target === 'string') return driver.offsets(topic, target);
  if (target instanceof Date) return driver.offsets(topic, timeOf(topic, target));
  const { partition, offset } = target;
  const [starts, ends] = await Promise.all([
    driver.offsets(topic, 'earliest'),
    driver.offsets(topic, 'latest'),
  ]);
  const end = ends.get(partition);
  if (end === undefined) {
    throw invalid(`"${topic}" has no partition ${partition}: it has ${ends.size}, from 0 on.`);
  }
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > end) {
    throw invalid(
      `${offset} is not an offset of ${topic}/${partition}: give a whole number from 0 to its end, ${end}.`,
    );
  }
  return new Map([[partition, Math.max(offset, starts.get(partition) ?? 0)]]);
}

function timeOf(topic: string, date: Date): number {
  const time = date.getTime();
  if (Number.isNaN(time)) throw invalid(`The time to which "${topic}" is to be moved is no time.`);
  // Kafka has names of its own for -1 and -2, the end and the beginning.
  return Math.max(0, time);
}

function invalid(message: string): ThroughlineError {
  return new ThroughlineError('TL_KAFKA_OFFSET_INVALID', message);
}

/**
 * Commits until nothing waits any more for the broker to know where its reading goes on. A rebalance refuses a commit, and takes
 * the next one.
 *
 * @throws ThroughlineError `TL_KAFKA_UNAVAILABLE` where the broker takes none of ten
 */
export async function commitSeek(
  topic: string,
  isWaiting: () => boolean,
  commit: () => Promise<void>,
): Promise<void> {
  for (let times = 1; isWaiting(); times += 1) {
    await commit();
    if (!isWaiting()) return;
    if (times === TIMES) {
      throw unavailable(`moving "${topic}"`, new Error('no commit was taken'));
    }
    await pause(RETRY_DELAY);
  }
}
