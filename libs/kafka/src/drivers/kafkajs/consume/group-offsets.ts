import type {
  AssignedPartition,
  Committed,
  ConsumerOptions,
  TopicPartition,
} from '../../../driver.js';
import { keyOf } from '../../membership.js';
import type { ConsumerGroup } from '../internals/internal-types.js';

/** A partition of this member, and the offset to read first. */
export interface Start extends AssignedPartition {
  readonly start: number;
}

/**
 * Reads the commits of the group, over the member's own connection. Partitions without a commit start from the beginning or the
 * end of the log: kafkajs would start at offset 0, which retention may have removed.
 */
export async function findStarts(
  group: ConsumerGroup,
  from: ConsumerOptions['from'],
): Promise<readonly Start[]> {
  const assigned = group
    .assigned()
    .flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
  if (assigned.length === 0) return [];
  const committed = await fetchCommitted(group, assigned);
  const edges = await fetchEdges(
    group,
    assigned.filter((one) => !committed.has(keyOf(one))),
    from,
  );
  return assigned.map((one) => {
    const commit = committed.get(keyOf(one));
    return { ...one, committed: commit, start: commit?.offset ?? edges.get(keyOf(one)) ?? 0 };
  });
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
  const topics = new Map<string, P[]>();
  for (const one of partitions) {
    const some = topics.get(one.topic);
    if (some === undefined) topics.set(one.topic, [one]);
    else some.push(one);
  }
  return [...topics].map(([topic, some]) => ({ topic, partitions: some }));
}
