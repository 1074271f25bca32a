import type {
  AssignedPartition,
  ConsumerOptions,
  LogChange,
  LogState,
  Position,
  TopicPartition,
} from '../../driver.js';
import { Partition, type PartitionParts } from './partition.js';
import { decodeCommit, logDigest } from '../progress/commit-metadata.js';
import { OffsetLedger } from '../progress/offset-ledger.js';

/** What a member does with a partition that was assigned to it. */
export interface TakeOver {
  readonly partition: Partition;
  /** Where the driver reads first, if not at the partition's `start`. */
  readonly position?: Position;
  /** What happened to the log since the member, or its group, last read it. */
  readonly change?: LogChange | { readonly kind: 'reset'; readonly offset: number };
}

/**
 * Decides what a member still knows of a partition that was assigned to it: the log wins over what the member, and the group's
 * commit, remember of it.
 *
 * @param before the partition as this member read it until now, if it did
 */
export function takeOver(
  assigned: AssignedPartition,
  before: Partition | undefined,
  channel: string,
  from: ConsumerOptions['from'],
): TakeOver {
  if (before?.isReplacedBy(assigned.log) === true) return inAnotherLog(assigned, channel);
  if (before?.isStillOurs(assigned.committed) === true) return retained(assigned, before);
  const fresh = fromCommit(assigned, channel, from);
  const isReset = before !== undefined && isFromOutside(assigned);
  return isReset && fresh.change === undefined
    ? { ...fresh, change: { kind: 'reset', offset: assigned.start } }
    : fresh;
}

/** Keeps what the member remembers. After an expulsion, what was in progress runs again. */
function retained({ log, topic, partition }: AssignedPartition, before: Partition): TakeOver {
  const kept = before.isOurs ? before : before.rejoined();
  kept.knowLog(log);
  const isTrimmed = kept.ledger.next < log.start;
  kept.ledger.skipTo(log.start);
  return {
    partition: kept,
    // Without an epoch, since the record before the position is gone.
    position: isTrimmed ? { topic, partition, offset: log.start } : kept.position,
    ...(isTrimmed && { change: { kind: 'trimmed', offset: log.start } }),
  };
}

/** Starts with the group's commit, or without one. */
function fromCommit(
  assigned: AssignedPartition,
  channel: string,
  from: ConsumerOptions['from'],
): TakeOver {
  const { committed, log, start, ...id } = assigned;
  const parts = { id, channel, log: log.id, committed };
  if (committed === undefined) {
    // The end moves on. A group that crashes during its first message must find it again, so its start is committed first.
    const ledger = from === 'latest' ? OffsetLedger.movedTo(start) : new OffsetLedger(start);
    return { partition: new Partition({ ...parts, ledger }) };
  }
  const { offset } = committed;
  const commit = decodeCommit(offset, committed.metadata);
  const isOther =
    commit.log !== undefined && log.id !== undefined && commit.log !== logDigest(log.id);
  if (isOther) return inAnotherLog(assigned, channel);
  const { leaderEpoch, progress } = commit;
  const known: PartitionParts = {
    ...parts,
    ledger: new OffsetLedger(offset, progress),
    leaderEpoch,
  };
  if (offset < log.start) {
    known.ledger.skipTo(log.start);
    const change = { kind: 'trimmed', offset: log.start } as const;
    return { partition: new Partition(known), position: { ...id, offset: log.start }, change };
  }
  const partition = new Partition(known);
  // With the epoch, the driver finds out from which offset on the log has changed.
  return leaderEpoch === undefined
    ? { partition }
    : { partition, position: { ...id, offset, leaderEpoch } };
}

/** Starts at the beginning of the log, and remembers nothing. */
function inAnotherLog({ topic, partition, log }: AssignedPartition, channel: string): TakeOver {
  const id = { topic, partition };
  const change = { kind: 'replaced', log } as const;
  return { partition: inNewLog(id, channel, log), position: { ...id, offset: log.start }, change };
}

/** A partition at the beginning of its log, of which nothing is remembered. */
export function inNewLog(id: TopicPartition, channel: string, log: LogState): Partition {
  const ledger = OffsetLedger.movedTo(log.start);
  return new Partition({ id, channel, ledger, log: log.id });
}

/** Whether another tool wrote the group's commit, or deleted it. Every member of ours leaves a mark. */
const isFromOutside = ({ committed }: AssignedPartition): boolean =>
  committed === undefined || decodeCommit(committed.offset, committed.metadata).mark === undefined;
