import type { Committed } from '../../../driver.js';
import { refuse } from '../errors.js';
import type { Cluster } from './cluster.js';
import type { Address, Purpose } from './connections.js';

/**
 * The error codes of a missing or denied topic. Such a topic must not make the other topics fail. Other requests report its
 * problem.
 */
const ofTopic = new Set([3, 29]);

/** Reads a group's commits for the given partitions. Returns them by topic and partition, without partitions that have no commit. */
export async function fetchCommitted(
  cluster: Cluster,
  coordinator: Address,
  purpose: Purpose,
  group: string,
  topics: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, ReadonlyMap<number, Committed>>> {
  const answer = await cluster.request(
    coordinator,
    purpose,
    (client) => client.offsetFetchV8,
    [
      {
        groupId: group,
        memberEpoch: -1,
        topics: [...topics].map(([name, count]) => ({
          name,
          partitionIndexes: Array.from({ length: count }, (_, partition) => partition),
        })),
      },
    ],
    false,
  );
  const [found] = answer.groups;
  refuse(found?.errorCode ?? -1);
  return new Map(
    (found?.topics ?? []).map(({ name, partitions }) => {
      const commits = new Map<number, Committed>();
      for (const { partitionIndex, committedOffset, metadata, errorCode } of partitions) {
        if (ofTopic.has(errorCode)) continue;
        refuse(errorCode);
        const offset = Number(committedOffset);
        if (offset >= 0) commits.set(partitionIndex, { offset, metadata: metadata ?? '' });
      }
      return [name, commits];
    }),
  );
}
