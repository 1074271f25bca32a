import type { KafkaDriver } from '../../driver.js';
import type { Partition } from '../partition.js';
import type { TopicPlans } from '../topic-plan.js';

/** The data needed to compute a source's lag. */
export interface LagParts {
  readonly driver: KafkaDriver;
  readonly plans: TopicPlans;
  /** Where reading starts in a partition that has never been committed: at its beginning or at its end. */
  readonly from: 'earliest' | 'latest';
}

/**
 * Returns how many messages of each channel are not processed yet in these partitions, including redriven ones. Offsets without a
 * message (compaction, transactions) are counted as messages: Kafka does not report them.
 */
export async function lagOf(
  partitions: readonly Partition[],
  { driver, plans, from }: LagParts,
): Promise<ReadonlyMap<string, number>> {
  const lag = new Map([...plans.values()].map(({ channel }) => [channel, 0]));
  const topics = Map.groupBy(partitions, ({ topic }) => topic);
  // If nothing is assigned, this is the only request that finds out whether Kafka is available.
  if (topics.size === 0) await driver.describe([...plans.keys()]);
  const counts = [...topics].map(async ([topic, ofTopic]) => {
    const [starts, ends] = await Promise.all([
      driver.offsets(topic, 'earliest'),
      driver.offsets(topic, 'latest'),
    ]);
    const edges = from === 'earliest' ? starts : ends;
    for (const { number, origin, ledger, isUntouched } of ofTopic) {
      const start = (isUntouched ? edges : starts).get(number) ?? 0;
      const end = ends.get(number) ?? 0;
      const open = end - Math.max(ledger.committable, start) - ledger.doneAbove;
      lag.set(origin.channel, (lag.get(origin.channel) ?? 0) + Math.max(0, open));
    }
  });
  await Promise.all(counts);
  return lag;
}
