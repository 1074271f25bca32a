import { setTimeout as pause } from 'node:timers/promises';

import type {
  AssignedPartition,
  Committed,
  ConsumerOptions,
  LogState,
  TopicPartition,
} from '../../../driver.js';
import { keyOf } from '../../membership.js';
import { startOf } from '../../start-of.js';
import type { Cluster } from '../cluster/cluster.js';
import { fetchCommitted } from '../cluster/group-offsets.js';
import { logId } from '../../log-id.js';
import type { ClusterMetadata } from '../cluster/metadata.js';
import { brokerAnswer } from '../errors.js';
import type { GroupMember } from './group-member.js';
import { readLogs } from './log-watch.js';

/** How long an assignment waits for partitions without a leader, in milliseconds. Its other partitions wait, too. */
const patience = 5_000;
const betweenLooks = 100;

export interface Starts {
  readonly metadata: ClusterMetadata;
  readonly partitions: readonly AssignedPartition[];
}

type Commits = ReadonlyMap<string, ReadonlyMap<number, Committed>>;

/** Reads the commits and logs of a member's assigned partitions, and decides where the member starts reading. */
export async function findStarts(
  cluster: Cluster,
  member: GroupMember,
  { group, topics, from }: ConsumerOptions,
  assigned: readonly TopicPartition[],
  isWanted: () => boolean,
): Promise<Starts> {
  const until = performance.now() + patience;
  for (;;) {
    const metadata = await cluster.metadata(topics);
    try {
      const [logs, commits] = await Promise.all([
        readLogs(cluster, metadata, assigned),
        readCommits(cluster, member, group, assigned, metadata),
      ]);
      const isComplete = assigned.every((one) => logs.has(keyOf(one)) || isGone(one, metadata));
      if (isComplete || performance.now() > until || !isWanted()) {
        const partitions = assigned.map((one) => startFor(one, commits, logs, metadata, from));
        return { metadata, partitions };
      }
    } catch (error) {
      member.forgetCoordinator();
      const isBlocked = (brokerAnswer(error)?.errorClass ?? 'unavailable') !== 'unavailable';
      if (isBlocked || performance.now() > until || !isWanted()) throw error;
    }
    await pause(betweenLooks);
  }
}

async function readCommits(
  cluster: Cluster,
  member: GroupMember,
  group: string,
  assigned: readonly TopicPartition[],
  { topics }: ClusterMetadata,
): Promise<Commits> {
  const counts = new Map<string, number>();
  for (const { topic, partition } of assigned) {
    const count = topics.get(topic)?.partitions.length ?? 0;
    counts.set(topic, Math.max(counts.get(topic) ?? 0, count, partition + 1));
  }
  if (counts.size === 0) return new Map();
  return fetchCommitted(cluster, await member.coordinator(), 'group', group, counts);
}

function startFor(
  { topic, partition }: TopicPartition,
  commits: Commits,
  logs: ReadonlyMap<string, LogState>,
  metadata: ClusterMetadata,
  from: ConsumerOptions['from'],
): AssignedPartition {
  const ofTopic = commits.get(topic);
  const committed = ofTopic?.get(partition);
  const log = logs.get(keyOf({ topic, partition })) ?? unknownLog(topic, committed, metadata);
  const isTopicKnown = (ofTopic?.size ?? 0) > 0;
  return {
    topic,
    partition,
    committed,
    log,
    start: startOf({ committed, log, from, isTopicKnown }),
  };
}

/**
 * Stands for the state of a partition's log while its topic cannot be read. The position cannot be checked now. When the topic can
 * be read again, the broker reports whether the position is valid.
 */
function unknownLog(
  topic: string,
  committed: Committed | undefined,
  { clusterId, topics }: ClusterMetadata,
): LogState {
  const found = topics.get(topic);
  const offset = committed?.offset ?? 0;
  const id = found?.error === 0 ? logId(clusterId, found.id) : undefined;
  return { id, start: offset, end: offset };
}

/** Whether waiting for the partition is useless, because the topic is missing or denied. */
function isGone({ topic, partition }: TopicPartition, { topics }: ClusterMetadata): boolean {
  const found = topics.get(topic);
  return (
    found === undefined ||
    (found.error !== 0 && found.error !== 5) ||
    partition >= found.partitions.length
  );
}
