import { ThroughlineError } from '#base';
import { type SourcePartition } from 'throughline/transport';
import type {
  Committed,
  KafkaRecord,
  LogState,
  PartitionCommit,
  Position,
  TopicPartition,
} from '../../driver.js';
import {
  MAX_METADATA,
  decodeCommit,
  encodeCommit,
  encodeCommitWithin,
  logDigest,
  newMark,
  type CommitRecord,
} from '../progress/commit-metadata.js';
import { CapacityWait } from './capacity-wait.js';
import { LeaderEpochs } from '../progress/leader-epochs.js';
import { OffsetLedger } from '../progress/offset-ledger.js';

/** Returns the name of a partition. Log lines and message ids begin with this name. */
export const partitionName = ({ topic, partition }: TopicPartition): string =>
  `${topic}/${partition}`;

/** The data from which a partition is created. */
export interface PartitionParts {
  readonly id: TopicPartition;
  readonly channel: string;
  readonly ledger: OffsetLedger;
  /** The id of the partition's log, if the driver knows the id. */
  readonly log: string | undefined;
  /** The group's commit when the partition was assigned to this member. */
  readonly committed?: Committed | undefined;
  readonly leaderEpoch?: number | undefined;
}

/** A partition while it is assigned to this member. */
export class Partition {
  readonly id: TopicPartition;
  readonly origin: SourcePartition;
  readonly ledger: OffsetLedger;
  isPaused = false;
  /** Lets the driver wait for capacity before the partition is paused. */
  readonly capacityWait = new CapacityWait();
  /**
   * Whether the progress above the committed offset almost fills the metadata of a commit. While this is true, no more records are
   * read.
   */
  isMetadataFull = false;
  readonly #epochs: LeaderEpochs;
  readonly #committed: Committed | undefined;
  readonly #mark: string;
  readonly #gone: AbortController;
  #log: string | undefined;
  /** Whether the broker acknowledged a commit of this partition before the current ledger began. */
  #wasCommittedBefore = false;

  constructor(
    { id, channel, ledger, log, committed, leaderEpoch }: PartitionParts,
    mark = newMark(),
    gone = new AbortController(),
  ) {
    this.id = id;
    this.origin = { channel, name: partitionName(id) };
    this.ledger = ledger;
    this.#epochs = new LeaderEpochs({ offset: ledger.next, leaderEpoch });
    this.#committed = committed;
    this.#mark = mark;
    this.#gone = gone;
    this.#log = log === undefined ? undefined : logDigest(log);
  }

  /** Returns the same partition after a seek. Runs in progress finish, but their results are not recorded in the new partition. */
  movedTo(offset: number): Partition {
    return this.#with(OffsetLedger.movedTo(offset), this.#epochs.before(offset));
  }

  /** Returns the same partition after this member was expelled and has joined again. Messages that were in progress run again. */
  rejoined(): Partition {
    const { committable, progress } = this.ledger;
    const ledger = new OffsetLedger(committable, progress);
    ledger.demandCommit();
    const gone = new AbortController();
    return this.#with(ledger, this.#epochs.before(committable), gone);
  }

  /** Returns the same partition after its log has lost the records from an offset on. */
  truncatedTo(offset: number): Partition {
    const ledger = this.ledger.truncatedTo(offset);
    return this.#with(ledger, this.#epochs.before(ledger.next));
  }

  get topic(): string {
    return this.id.topic;
  }

  get number(): number {
    return this.id.partition;
  }

  /** A signal that aborts when the partition is revoked. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  get isOurs(): boolean {
    return !this.#gone.signal.aborted;
  }

  /** The position of the next record to read. With the leader epoch, the driver can find out whether the log was truncated. */
  get position(): Position {
    const { next } = this.ledger;
    const leaderEpoch = this.#epochs.before(next);
    return {
      ...this.id,
      offset: next,
      ...(leaderEpoch !== undefined && { leaderEpoch }),
    };
  }

  /** Whether this log differs from the log that the partition was read from. */
  isReplacedBy({ id }: LogState): boolean {
    return id !== undefined && this.#log !== undefined && logDigest(id) !== this.#log;
  }

  /**
   * Whether this process may continue from what it remembers, because nobody else has read the partition or moved its position.
   * This is so if the group's commit has this partition's mark. Such a commit counts even if it is old, because a delayed commit
   * may arrive last. It is also so if this process has not committed yet, and the group's commit is unchanged or still missing.
   * Otherwise, the group's commit takes precedence.
   */
  isStillOurs(committed: Committed | undefined): boolean {
    if (this.ledger.isMovePending) return true;
    if (committed === undefined) return this.#committed === undefined && !this.#wasCommitted;
    if (decodeCommit(committed.offset, committed.metadata).mark === this.#mark) return true;
    const { offset, metadata } = this.#committed ?? {};
    const isAsBefore = committed.offset === offset && committed.metadata === metadata;
    return isAsBefore && !this.#wasCommitted;
  }

  get #wasCommitted(): boolean {
    return this.#wasCommittedBefore || this.ledger.wasEverCommitted;
  }

  /** Records the leader epochs of the records that were read. */
  wereRead(records: readonly Pick<KafkaRecord, 'offset' | 'leaderEpoch'>[]): void {
    // A leader is elected rarely, so one look at the last record is enough for almost all fetches.
    if ((records.at(-1)?.leaderEpoch ?? -1) <= this.#epochs.latest) return;
    for (const { offset, leaderEpoch } of records) this.#epochs.read(offset, leaderEpoch);
  }

  /** Records which log the partition is read from. */
  knowLog({ id }: LogState): void {
    if (id !== undefined) this.#log = logDigest(id);
  }

  /** Returns the commit for the partition's current progress. */
  commit(): PartitionCommit {
    const { committable: offset, progress } = this.ledger;
    const leaderEpoch = this.#epochs.before(offset);
    this.#epochs.forgetBelow(offset);
    const record: CommitRecord = { progress, mark: this.#mark, log: this.#log, leaderEpoch };
    const metadata = encodeCommit(offset, record);
    this.isMetadataFull =
      metadata.length > (this.isMetadataFull ? MAX_METADATA / 2 : MAX_METADATA * 0.9);
    return {
      ...this.id,
      offset,
      metadata:
        metadata.length <= MAX_METADATA
          ? metadata
          : encodeCommitWithin(MAX_METADATA, offset, record),
    };
  }

  leave(): void {
    this.capacityWait.end();
    this.#gone.abort(
      new ThroughlineError(
        'TL_KAFKA_REVOKED',
        `The partition ${this.origin.name} was assigned to another member of the consumer group. That member now receives the partition's messages.`,
        { errorClass: 'notOurs' },
      ),
    );
  }

  #with(
    ledger: OffsetLedger,
    leaderEpoch: number | undefined,
    gone: AbortController = this.#gone,
  ): Partition {
    const { id, origin } = this;
    const parts = { id, channel: origin.channel, ledger, log: undefined, leaderEpoch };
    const other = new Partition({ ...parts, committed: this.#committed }, this.#mark, gone);
    other.#log = this.#log;
    other.#wasCommittedBefore = this.#wasCommitted;
    return other;
  }
}
