import { setTimeout as pause } from 'node:timers/promises';
import { ThroughlineError } from '#base';
import { type SeekTarget } from 'throughline/transport';
import type { KafkaDriver } from '../driver.js';
import { unavailable } from '../errors/failures.js';

const RETRY_DELAY = 500;
const TIMES = 10;

/**
 * Returns the offsets that a seek moves to, by partition. The result contains only the partitions that the seek target affects. An
 * offset that retention has removed is replaced by the first offset that remains.
 *
 * @throws ThroughlineError `TL_KAFKA_OFFSET_INVALID` for an offset or a partition that does not exist
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
    throw invalid(
      `"${topic}" has no partition ${partition}. The topic has ${ends.size} partitions, numbered from 0.`,
    );
  }
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > end) {
    throw invalid(
      `${offset} is not a valid offset in ${topic}/${partition}. Use an integer from 0 to ${end}, the end of the partition.`,
    );
  }
  return new Map([[partition, Math.max(offset, starts.get(partition) ?? 0)]]);
}

function timeOf(topic: string, date: Date): number {
  const time = date.getTime();
  if (Number.isNaN(time)) throw invalid(`Cannot seek in "${topic}" to an invalid date.`);
  // Kafka takes the times -1 and -2 for the end and the beginning of a log.
  return Math.max(0, time);
}

function invalid(message: string): ThroughlineError {
  return new ThroughlineError('TL_KAFKA_OFFSET_INVALID', message);
}

/**
 * Commits the offsets of a seek. Retries until the broker has acknowledged the commit, because a rebalance may prevent it.
 *
 * @throws ThroughlineError `TL_KAFKA_UNAVAILABLE` after ten failed attempts
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
      throw unavailable(
        `moving "${topic}"`,
        new Error('All attempts to commit the new offsets failed.'),
      );
    }
    await pause(RETRY_DELAY);
  }
}
