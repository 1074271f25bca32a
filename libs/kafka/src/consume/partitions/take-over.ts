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

/** How a member continues with a partition that was assigned to it. */
export interface TakeOver {
  readonly partition: Partition;
  /** The position from which the driver reads first. Absent if that is the partition's `start`. */
  readonly position?: Position;
  /** How the log has changed since the member or its group last read it. */
  readonly change?: LogChange | { readonly kind: 'reset'; readonly offset: number };
}

/**
 * Decides which progress of an assigned partition is still valid. The log takes precedence over what the member remembers and over
 * the group's commit.
 *
 * @param before the partition as this member has read it until now. `undefined` if it has not.
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

/** Continues from the progress that the member remembers. After an expulsion, messages that were in progress run again. */
function retained({ log, topic, partition }: AssignedPartition, before: Partition): TakeOver {
  const kept = before.isOurs ? before : before.rejoined();
  kept.knowLog(log);
  const isTrimmed = kept.ledger.next < log.start;
  kept.ledger.skipTo(log.start);
  return {
    partition: kept,
    // This position has no epoch, because the record before it is gone.
    position: isTrimmed ? { topic, partition, offset: log.start } : kept.position,
    ...(isTrimmed && { change: { kind: 'trimmed', offset: log.start } }),
  };
}

/** Starts from the group's commit, if there is one. */
function fromCommit(
  assigned: AssignedPartition,
  channel: string,
  from: ConsumerOptions['from'],
): TakeOver {
  const { committed, log, start, ...id } = assigned;
  const parts = { id, channel, log: log.id, committed };
  if (committed === undefined) {
    // The end of the log moves on. A group that crashes during its first message must find that message again, so the start is
    // committed first.
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

/** Starts at the beginning of the log, without any progress. */
function inAnotherLog({ topic, partition, log }: AssignedPartition, channel: string): TakeOver {
  const id = { topic, partition };
  const change = { kind: 'replaced', log } as const;
  return { partition: inNewLog(id, channel, log), position: { ...id, offset: log.start }, change };
}

/** A partition at the beginning of its log, without any progress. */
export function inNewLog(id: TopicPartition, channel: string, log: LogState): Partition {
  const ledger = OffsetLedger.movedTo(log.start);
  return new Partition({ id, channel, ledger, log: log.id });
}

/** Whether another tool wrote or deleted the group's commit. Every commit by Throughline contains a mark. */
const isFromOutside = ({ committed }: AssignedPartition): boolean =>
  committed === undefined || decodeCommit(committed.offset, committed.metadata).mark === undefined;
