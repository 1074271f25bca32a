import type {
  AssignedPartition,
  Committed,
  ConsumerOptions,
  LogChange,
  LogState,
  Position,
  TopicPartition,
} from '../../../driver.js';
import { keyOf } from '../../membership.js';
import { startOf } from '../../start-of.js';
import type { ConsumerGroup } from '../internals/internal-types.js';
import { fetchEndsOfEpochs } from '../internals/log-requests.js';

/**
 * Reads the group's commits and the state of the logs, over the member's own connection. Without a commit, kafkajs would start at
 * offset 0, which retention may have removed.
 *
 * @param idOf returns the id of a topic, if the broker has ids
 */
export async function findAssigned(
  group: ConsumerGroup,
  from: ConsumerOptions['from'],
  idOf: (topic: string) => string | undefined,
): Promise<readonly AssignedPartition[]> {
  const assigned = group
    .assigned()
    .flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
  if (assigned.length === 0) return [];
  const committed = await fetchCommitted(group, assigned);
  const isNew = assigned.filter((one) => !committed.has(keyOf(one)));
  const known = from === 'earliest' ? new Set<string>() : await knownTopics(group, isNew);
  const logs = await fetchLogs(group, assigned, idOf);
  return assigned.map((one) => {
    const commit = committed.get(keyOf(one));
    const log = logs.get(keyOf(one)) ?? { id: undefined, start: 0, end: 0 };
    const isTopicKnown = known.has(one.topic);
    return {
      ...one,
      committed: commit,
      log,
      start: startOf({ committed: commit, log, from, isTopicKnown }),
    };
  });
}

/** Returns the start and the end of each partition's log. */
export async function fetchLogs(
  group: ConsumerGroup,
  partitions: readonly TopicPartition[],
  idOf: (topic: string) => string | undefined,
): Promise<ReadonlyMap<string, LogState>> {
  const [starts, ends] = await Promise.all([
    fetchEdges(group, partitions, 'earliest'),
    fetchEdges(group, partitions, 'latest'),
  ]);
  return new Map(
    partitions.map((one) => {
      const start = starts.get(keyOf(one)) ?? 0;
      const log = { id: idOf(one.topic), start, end: ends.get(keyOf(one)) ?? start };
      return [keyOf(one), log];
    }),
  );
}

/** Compares positions with the logs. Returns the changes, by partition. */
export async function findChanges(
  group: ConsumerGroup,
  positions: readonly Position[],
  logs: ReadonlyMap<string, LogState>,
): Promise<ReadonlyMap<string, LogChange>> {
  const ends = await fetchEndsOfEpochs(group.cluster, positions);
  return new Map(
    positions.flatMap((position) => {
      const key = keyOf(position);
      const log = logs.get(key);
      const change = log && changeOf(position.offset, log, ends.get(key));
      return change === undefined ? [] : [[key, change]];
    }),
  );
}

/** @param endOfEpoch where the epoch of the record before the offset ended, if that is known */
function changeOf(
  offset: number,
  { start }: LogState,
  endOfEpoch: number | undefined,
): LogChange | undefined {
  if (offset < start) return { kind: 'trimmed', offset: start };
  if (endOfEpoch === undefined || endOfEpoch >= offset) return undefined;
  return { kind: 'truncated', offset: Math.max(endOfEpoch, start) };
}

/**
 * Returns the topics in which the group has committed at least one partition. In these topics, partitions without a commit are new.
 */
async function knownTopics(
  group: ConsumerGroup,
  partitions: readonly TopicPartition[],
): Promise<ReadonlySet<string>> {
  const all = byTopic(partitions).flatMap(({ topic }) =>
    group.cluster
      .findTopicPartitionMetadata(topic)
      .map(({ partitionId: partition }) => ({ topic, partition })),
  );
  if (all.length === 0) return new Set();
  const committed = await fetchCommitted(group, all);
  return new Set(all.filter((one) => committed.has(keyOf(one))).map(({ topic }) => topic));
}

async function fetchCommitted(
  group: ConsumerGroup,
  partitions: readonly TopicPartition[],
): Promise<ReadonlyMap<string, Committed>> {
  const { responses } = await group.coordinator.offsetFetch({
    groupId: group.groupId,
    topics: byTopic(partitions),
  });
  return new Map(
    responses.flatMap(({ topic, partitions: answers }) =>
      answers
        .filter(({ offset }) => Number(offset) >= 0)
        .map(({ partition, offset, metadata }) => [
          keyOf({ topic, partition }),
          { offset: Number(offset), metadata: metadata ?? '' },
        ]),
    ),
  );
}

async function fetchEdges(
  group: ConsumerGroup,
  partitions: readonly TopicPartition[],
  from: ConsumerOptions['from'],
): Promise<ReadonlyMap<string, number>> {
  if (partitions.length === 0) return new Map();
  const answers = await group.cluster.fetchTopicsOffset(
    byTopic(partitions).map((topic) => ({ ...topic, fromBeginning: from === 'earliest' })),
  );
  return new Map(
    answers.flatMap(({ topic, partitions: edges }) =>
      edges.map(({ partition, offset }) => [keyOf({ topic, partition }), Number(offset)]),
    ),
  );
}

export function byTopic<P extends TopicPartition>(
  partitions: readonly P[],
): readonly { readonly topic: string; readonly partitions: readonly P[] }[] {
  const topics = Map.groupBy(partitions, ({ topic }) => topic);
  return Array.from(topics, ([topic, some]) => ({ topic, partitions: some }));
}
