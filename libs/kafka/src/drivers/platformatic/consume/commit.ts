import { setTimeout as pause } from 'node:timers/promises';
import { within } from '#base';

import type { PartitionCommit } from '../../../driver.js';
import { unavailable } from '../../driver-errors.js';
import type { Membership } from '../../membership.js';
import type { Cluster } from '../cluster/cluster.js';
import { brokerAnswer, refuse, toKafkaError } from '../errors.js';
import type { Committer, GroupMember } from './group-member.js';

const commitTimeout = 4_500;
const retryAfter = 100;
const UNKNOWN_EPOCH = -1;

/** The errors after which another coordinator, or the same one a moment later, may accept the commit. */
const worthRetrying = new Set([
  undefined,
  'UNKNOWN_SERVER_ERROR',
  'REQUEST_TIMED_OUT',
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
]);

export interface CommitParts {
  readonly cluster: Cluster;
  readonly member: GroupMember;
  readonly membership: Membership;
  readonly group: string;
}

/** Commits on behalf of this member in this generation. Resolves only once the broker has acknowledged every partition. */
export async function commitAs(
  parts: CommitParts,
  commits: readonly PartitionCommit[],
): Promise<void> {
  const { committer } = parts.member;
  const controller = new AbortController();
  const check = (): void => {
    controller.signal.throwIfAborted();
    parts.membership.checkCommit(commits);
  };
  try {
    await within(commitTimeout, untilTaken(parts, committer, commits, check), () =>
      unavailable('The commit'),
    );
  } catch (error) {
    throw toKafkaError(error, 'The commit');
  } finally {
    controller.abort();
  }
}

async function untilTaken(
  { cluster, member, group }: CommitParts,
  { memberId, generation, instanceId }: Committer,
  commits: readonly PartitionCommit[],
  check: () => void,
): Promise<void> {
  const topics = [...Map.groupBy(commits, ({ topic }) => topic)].map(([name, some]) => ({
    name,
    partitions: some.map(({ partition, offset, metadata }) => ({
      partitionIndex: partition,
      committedOffset: BigInt(offset),
      committedLeaderEpoch: UNKNOWN_EPOCH,
      committedMetadata: metadata,
    })),
  }));
  for (;;) {
    try {
      const answer = await cluster.request(
        await member.coordinator(),
        'group',
        (client) => client.offsetCommitV8,
        group,
        generation,
        memberId,
        instanceId,
        topics,
      );
      for (const { partitions } of answer.topics) {
        for (const { errorCode } of partitions) refuse(errorCode);
      }
      return;
    } catch (error) {
      if (!worthRetrying.has(brokerAnswer(error)?.name)) throw error;
    }
    member.forgetCoordinator();
    await pause(retryAfter);
    check();
  }
}
