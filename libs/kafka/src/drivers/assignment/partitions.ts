import type { TopicPartition } from '../../driver.js';

/** Compares by UTF-16 code units, as `sort()` does: the result must not depend on the locale of a process. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * Returns all partitions of topics.
 *
 * @param counts how many partitions each topic has. A topic that is missing here has none.
 */
export function partitionsIn(
  topics: readonly string[],
  counts: ReadonlyMap<string, number>,
): readonly TopicPartition[] {
  return topics.flatMap((topic) =>
    Array.from({ length: counts.get(topic) ?? 0 }, (_, partition) => ({ topic, partition })),
  );
}

export function comparePartitions(left: TopicPartition, right: TopicPartition): number {
  return compareText(left.topic, right.topic) || left.partition - right.partition;
}
