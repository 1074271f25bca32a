import { ThroughlineError } from '#base';
import { type SourcePartition } from 'throughline/transport';
import type { Committed, PartitionCommit, TopicPartition } from '../driver.js';
import {
  MAX_METADATA,
  decodeProgress,
  encodeProgress,
  encodeWithin,
} from './progress/commit-metadata.js';
import { CapacityWait } from './capacity-wait.js';
import { OffsetLedger } from './progress/offset-ledger.js';

/** Returns the name of a partition, with which log lines and message ids begin. */
export const partitionName = ({ topic, partition }: TopicPartition): string =>
  `${topic}/${partition}`;

/** A partition while it is assigned to this member. */
export class Partition {
  readonly origin: SourcePartition;
  isPaused = false;
  /** Lets the driver wait for capacity before the partition is paused. */
  readonly capacityWait = new CapacityWait();
  /**
   * Whether the progress above the committed offset almost exceeds the size of a commit. While this is true, no more records are
   * read.
   */
  isMetadataFull = false;

  private constructor(
    readonly id: TopicPartition,
    channel: string,
    readonly ledger: OffsetLedger,
    private readonly gone: AbortController,
    private readonly hasBeginning: boolean,
  ) {
    this.origin = { channel, name: partitionName(id) };
  }

  /** Creates a partition that was just assigned to this member, with the progress of its group. */
  static takenOver(
    id: TopicPartition,
    channel: string,
    committed: Committed | undefined,
  ): Partition {
    const ledger =
      committed === undefined
        ? new OffsetLedger(0)
        : new OffsetLedger(committed.offset, decodeProgress(committed.offset, committed.metadata));
    return new Partition(id, channel, ledger, new AbortController(), committed !== undefined);
  }

  /** Returns the same partition after a seek. Runs in progress end, but their result is not recorded in the new partition. */
  movedTo(offset: number): Partition {
    const { id, origin, gone } = this;
    return new Partition(id, origin.channel, OffsetLedger.movedTo(offset), gone, true);
  }

  /** Whether the start of the partition is not known here, because the partition has no commit and nothing was read from it. */
  get isUntouched(): boolean {
    return !this.hasBeginning && this.ledger.next === 0;
  }

  get topic(): string {
    return this.id.topic;
  }

  get number(): number {
    return this.id.partition;
  }

  /** A signal that aborts when the partition is revoked. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  get isOurs(): boolean {
    return !this.gone.signal.aborted;
  }

  /**
   * Whether no other member has read from the partition before it was assigned to this member again. After a seek backwards, a
   * higher commit is this member's own.
   */
  isStillOurs(committed: Committed | undefined): boolean {
    return this.ledger.isMovePending || (committed?.offset ?? 0) <= this.ledger.committable;
  }

  /** Returns the commit for the partition's current progress. */
  commit(): PartitionCommit {
    const { committable: offset, progress } = this.ledger;
    const metadata = encodeProgress(offset, progress);
    this.isMetadataFull =
      metadata.length > (this.isMetadataFull ? MAX_METADATA / 2 : MAX_METADATA * 0.9);
    return {
      ...this.id,
      offset,
      metadata:
        metadata.length <= MAX_METADATA ? metadata : encodeWithin(MAX_METADATA, offset, progress),
    };
  }

  leave(): void {
    this.capacityWait.end();
    this.gone.abort(
      new ThroughlineError(
        'TL_KAFKA_REVOKED',
        `The partition ${this.origin.name} was assigned to another member of the consumer group, which now receives its messages.`,
        { errorClass: 'notOurs' },
      ),
    );
  }
}
