import type { KafkaDriver } from '../../driver.js';
import type { Partition } from '../partitions/partition.js';
import type { TopicPlans } from '../topic-plan.js';

/** The data needed to compute a source's lag. */
export interface LagParts {
  readonly driver: KafkaDriver;
  readonly plans: TopicPlans;
  /** The topics that cannot be read now. The lag does not include them. */
  readonly failed: ReadonlyMap<string, Error>;
}

/**
 * Returns the number of unprocessed messages in these partitions for each channel, including redriven messages. Offsets without a
 * message (compaction, transactions) are counted, too, because Kafka does not report them.
 */
export async function lagOf(
  partitions: readonly Partition[],
  { driver, plans, failed }: LagParts,
): Promise<ReadonlyMap<string, number>> {
  const lag = new Map([...plans.values()].map(({ channel }) => [channel, 0]));
  const readable = partitions.filter(({ topic }) => !failed.has(topic));
  const topics = Map.groupBy(readable, ({ topic }) => topic);
  // If nothing is assigned, this is the only request that finds out whether Kafka is available.
  if (topics.size === 0) await driver.describe([...plans.keys()].filter((one) => !failed.has(one)));
  const counts = [...topics].map(async ([topic, ofTopic]) => {
    const [starts, ends] = await Promise.all([
      driver.offsets(topic, 'earliest'),
      driver.offsets(topic, 'latest'),
    ]);
    for (const { number, origin, ledger } of ofTopic) {
      const start = starts.get(number) ?? 0;
      const end = ends.get(number) ?? 0;
      const open = end - Math.max(ledger.committable, start) - ledger.doneAbove;
      lag.set(origin.channel, (lag.get(origin.channel) ?? 0) + Math.max(0, open));
    }
  });
  await Promise.all(counts);
  return lag;
}
