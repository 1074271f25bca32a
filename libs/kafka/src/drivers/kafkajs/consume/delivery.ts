import type { EachBatchPayload } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { sentenceOf } from '#base';
import type { ConsumerListener, TopicPartition } from '../../../driver.js';
import { driverLogger } from '../../driver-logger.js';
import { keyOf, type Membership } from '../../membership.js';
import type { ConsumerGroup } from '../internals/internal-types.js';
import { FetchedRecord } from './fetched-record.js';
import type { LogGuard } from './log-guard.js';

/** How long a partition waits after the listener threw an error, in milliseconds. */
const AFTER_THROWING_LISTENER = 1_000;

/** A batch that kafkajs has begun to process. */
export interface PassedBatch extends TopicPartition {
  readonly batchSize: number;
  readonly lastOffset: string;
}

/** The dependencies of a session's delivery. */
export interface DeliveryParts {
  readonly listener: ConsumerListener;
  readonly membership: Membership;
  readonly guard: LogGuard;
  readonly group: () => ConsumerGroup | undefined;
}

/** Delivers fetched batches to the listener, and reports offsets that are skipped because they have no record. */
export class Delivery {
  readonly #parts: DeliveryParts;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  async deliver(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { membership, listener, guard } = this.#parts;
    const partition = { topic: batch.topic, partition: batch.partition };
    // Records are stale if they were fetched before a seek and are delivered only now.
    const isWanted = (): boolean => membership.delivers(partition) && !payload.isStale();
    if (!isWanted()) return;
    const records = batch.messages.map((message) => new FetchedRecord(message));
    const last = records.at(-1);
    if (last === undefined) return;
    if (this.#isNewEpoch(partition, last) && !(await this.#isContinuation(partition, last))) return;
    if (!isWanted()) return;
    const before = guard.nextOf(partition);
    guard.read(partition, last);
    let patience: ReturnType<ConsumerListener['records']>;
    try {
      patience = listener.records(partition, records);
    } catch (error) {
      // A TypeError that leaves this callback would end the consumer for good (kafkajs/src/retry).
      driverLogger.error(
        `Throughline could not accept records from ${keyOf(partition)}: ${sentenceOf(error)} The records will be redelivered.`,
      );
      if (before !== undefined) guard.moved(before);
      await pause(AFTER_THROWING_LISTENER);
      return;
    }
    if (!membership.isOut) payload.resolveOffset(batch.lastOffset());
    this.#skipTo(partition, Number(batch.lastOffset()) + 1);
    await patience;
  }

  /** Called for batches of control records and aborted transactions, which kafkajs skips without delivering them. */
  passed({ topic, partition, batchSize, lastOffset }: PassedBatch): void {
    if (batchSize === 0) this.#skipTo({ topic, partition }, Number(lastOffset) + 1);
  }

  /** @param to the offset after the last one that was fetched */
  #skipTo(id: TopicPartition, to: number): void {
    const { guard, group, membership } = this.#parts;
    const from = guard.nextOf(id);
    if (from === undefined || to <= from.offset || group()?.hasSeekOffset(id) === true) return;
    guard.moved({ ...from, offset: to });
    membership.skipped(from, to);
  }

  #isNewEpoch(partition: TopicPartition, { leaderEpoch }: FetchedRecord): boolean {
    const known = this.#parts.guard.nextOf(partition)?.leaderEpoch;
    return known !== undefined && leaderEpoch > known;
  }

  /**
   * Whether the records continue the log that was read. After a leader election, the log may have been truncated, and other records
   * may precede these.
   */
  async #isContinuation(
    partition: TopicPartition,
    { leaderEpoch }: FetchedRecord,
  ): Promise<boolean> {
    const group = this.#parts.group();
    return group !== undefined && this.#parts.guard.isContinuedBy(group, partition, leaderEpoch);
  }
}
