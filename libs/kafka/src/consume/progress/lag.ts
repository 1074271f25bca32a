import type { ConsumerOptions, KafkaDriver, TopicPartition } from '../../driver.js';
import { startOf } from '../../drivers/start-of.js';
import { partitionName, type Partition } from '../partitions/partition.js';
import type { TopicPlans } from '../topic-plan.js';
import { decodeCommit } from './commit-metadata.js';

/** The data needed to compute a source's lag. */
export interface LagParts {
  readonly driver: KafkaDriver;
  readonly consumer: Pick<ConsumerOptions, 'group' | 'from'>;
  readonly plans: TopicPlans;
  /** The topics that cannot be read now. The lag does not include them. */
  readonly failed: ReadonlyMap<string, Error>;
}

/** The number of unprocessed messages in some partitions of a channel. */
interface Waiting {
  readonly channel: string;
  readonly messages: number;
}

/**
 * Returns the number of unprocessed messages for each channel, including redriven messages: the messages in these partitions, which
 * are assigned to this process, and the messages in partitions that no member of the group reads. Every process of the group counts
 * the latter. Offsets without a message (compaction, transactions) are counted, too, because Kafka does not report them.
 */
export async function lagOf(
  partitions: readonly Partition[],
  parts: LagParts,
): Promise<ReadonlyMap<string, number>> {
  const lag = new Map([...parts.plans.values()].map(({ channel }) => [channel, 0]));
  const counts = await Promise.all([
    inAssigned(partitions, parts),
    // If the group cannot be described, the lag of the assigned partitions is still known.
    inUnread(partitions, parts).catch(() => []),
  ]);
  for (const { channel, messages } of counts.flat()) {
    lag.set(channel, (lag.get(channel) ?? 0) + messages);
  }
  return lag;
}

async function inAssigned(
  partitions: readonly Partition[],
  { driver, plans, failed }: LagParts,
): Promise<readonly Waiting[]> {
  const readable = partitions.filter(({ topic }) => !failed.has(topic));
  const topics = Map.groupBy(readable, ({ topic }) => topic);
  // If nothing is assigned, this is the only request whose failure shows that Kafka is unavailable.
  if (topics.size === 0) await driver.describe([...plans.keys()].filter((one) => !failed.has(one)));
  const counts = [...topics].map(async ([topic, ofTopic]) => {
    const [starts, ends] = await edgesOf(driver, topic);
    return ofTopic.map(({ number, origin: { channel }, ledger }) => {
      const start = starts.get(number) ?? 0;
      const end = ends.get(number) ?? 0;
      const open = end - Math.max(ledger.committable, start) - ledger.doneAbove;
      return { channel, messages: Math.max(0, open) };
    });
  });
  return (await Promise.all(counts)).flat();
}

/** Counts from where a member would start if one of the partitions were assigned to it. */
async function inUnread(
  partitions: readonly Partition[],
  { driver, consumer: { group, from }, plans, failed }: LagParts,
): Promise<readonly Waiting[]> {
  const topics = [...plans.keys()].filter((topic) => !failed.has(topic));
  const unread = (await driver.unread(group, topics)) ?? [];
  // The group may have changed since these partitions were assigned.
  const own = new Set(partitions.map(({ origin }) => origin.name));
  const others = unread.filter((one) => !own.has(partitionName(one)));
  const counts = [...Map.groupBy(others, ({ topic }) => topic)].map(async ([topic, ofTopic]) => {
    const [[starts, ends], commits] = await Promise.all([
      edgesOf(driver, topic),
      driver.committed(group, topic),
    ]);
    const channel = plans.get(topic)?.channel ?? topic;
    return ofTopic.map(({ partition }: TopicPartition) => {
      const committed = commits.get(partition);
      const log = {
        id: undefined,
        start: starts.get(partition) ?? 0,
        end: ends.get(partition) ?? 0,
      };
      const start = startOf({ committed, log, from, isTopicKnown: commits.size > 0 });
      const done = committed && decodeCommit(committed.offset, committed.metadata).progress.done;
      const doneAbove = done?.filter((offset) => offset >= start).length ?? 0;
      return { channel, messages: Math.max(0, log.end - start - doneAbove) };
    });
  });
  return (await Promise.all(counts)).flat();
}

function edgesOf(
  driver: KafkaDriver,
  topic: string,
): Promise<readonly [ReadonlyMap<number, number>, ReadonlyMap<number, number>]> {
  return Promise.all([driver.offsets(topic, 'earliest'), driver.offsets(topic, 'latest')]);
}
