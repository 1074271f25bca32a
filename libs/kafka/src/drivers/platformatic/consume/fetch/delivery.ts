import { setImmediate } from 'node:timers/promises';
import { leaveUnheard, sentenceOf, ThroughlineError } from '#base';

import type { ConsumerListener } from '../../../../driver.js';
import { committedBatches } from '../../../aborted.js';
import { unreadableBatch } from '../../../driver-errors.js';
import { driverLogger } from '../../../driver-logger.js';
import { keyOf, type Membership } from '../../../membership.js';
import type { Fetched, PartitionReading } from './partition-reading.js';
import type { Decompress } from './record-batch.js';
import type { FetchedRecord } from './record.js';
import type { TopicFailures } from '../topic-failures.js';

const afterThrowingListener = 1_000;
/** How long delivery may occupy the event loop before other events get their turn, in milliseconds. */
const longestTurn = 10;

export interface DeliveryParts {
  readonly listener: ConsumerListener;
  readonly membership: Membership;
  readonly failures: TopicFailures;
  readonly decompress: Decompress;
  /** Ends the membership if its session is over according to this process's clock. */
  readonly checkSession: () => void;
  /** Called when a partition may be fetched again. */
  readonly onProgress: () => void;
}

/** Delivers fetched records to the listener, in order within each partition. */
export class Delivery {
  readonly #due = new Set<PartitionReading>();
  #isRunning = false;

  constructor(private readonly parts: DeliveryParts) {}

  /** Delivers the queued records of a partition, unless the listener applies backpressure to the partition. */
  add(reading: PartitionReading): void {
    if (reading.isWaiting || reading.queue.length === 0) return;
    this.#due.add(reading);
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let since = performance.now();
    for (const reading of this.#due) {
      this.#due.delete(reading);
      this.#deliverNext(reading);
      if (performance.now() - since > longestTurn) {
        this.parts.onProgress();
        await setImmediate();
        since = performance.now();
      }
    }
    this.#isRunning = false;
    this.parts.onProgress();
  }

  #deliverNext(reading: PartitionReading): void {
    const { membership, checkSession } = this.parts;
    const fetched = reading.queue[0];
    if (fetched === undefined || reading.isWaiting) return;
    checkSession();
    if (membership.delivers(reading)) {
      const { version } = reading;
      this.#deliver(reading, fetched);
      if (reading.version === version) reading.queue.shift();
      this.add(reading);
    } else {
      // The partition was paused or revoked in the meantime. Its records are fetched again later.
      reading.moveTo(fetched.from, fetched.fromEpoch);
    }
  }

  #deliver(reading: PartitionReading, fetched: Fetched): void {
    const { topic, partition, version } = reading;
    const { membership, listener, failures } = this.parts;
    const { records, failure } = this.#decode(fetched);
    let patience: Promise<void> | void = undefined;
    if (records.length > 0) {
      try {
        patience = listener.records({ topic, partition }, records);
      } catch (error) {
        driverLogger.error(
          `Throughline could not accept records from ${keyOf(reading)}: ${sentenceOf(error)} The records will be redelivered.`,
        );
        reading.moveTo(fetched.from, fetched.fromEpoch);
        reading.waitFor(afterThrowingListener);
        return;
      }
    }
    if (patience !== undefined) this.#waitFor(reading, patience);
    if (reading.version !== version) return; // The listener has moved the position.
    if (failure !== undefined) {
      const { error, offset, epoch } = failure;
      reading.moveTo(offset, epoch);
      reading.backOff();
      failures.failed(topic, `decode ${partition}`, error);
      return;
    }
    failures.passed(topic, `decode ${partition}`);
    const last = records.at(-1);
    const after = last === undefined ? fetched.from : last.offset + 1;
    if (after >= fetched.next) return;
    const leaderEpoch = last === undefined ? fetched.fromEpoch : last.leaderEpoch;
    membership.skipped(
      { topic, partition, offset: after, ...(leaderEpoch >= 0 && { leaderEpoch }) },
      fetched.next,
    );
  }

  /** Decodes the records up to the first batch that cannot be read. */
  #decode({ batches, aborted, from, fromEpoch }: Fetched): Decoded {
    const records: FetchedRecord[] = [];
    let before = { offset: from, epoch: fromEpoch };
    try {
      for (const batch of committedBatches(batches, aborted)) {
        before = { offset: Math.max(from, batch.baseOffset), epoch: before.epoch };
        const some = batch.records(from, this.parts.decompress);
        for (const one of some) records.push(one);
        before = { offset: batch.lastOffset + 1, epoch: batch.leaderEpoch };
      }
      return { records };
    } catch (error) {
      return { records, failure: { ...before, error: unreadable(error, before.offset) } };
    }
  }

  #waitFor(reading: PartitionReading, patience: PromiseLike<void>): void {
    reading.isWaiting = true;
    const resume = (): void => {
      reading.isWaiting = false;
      this.add(reading);
      this.parts.onProgress();
    };
    leaveUnheard(Promise.resolve(patience).then(resume, resume));
  }
}

interface Decoded {
  readonly records: readonly FetchedRecord[];
  readonly failure?: {
    readonly error: ThroughlineError;
    /** The first offset that cannot be read. */
    readonly offset: number;
    readonly epoch: number;
  };
}

const unreadable = (error: unknown, offset: number): ThroughlineError =>
  error instanceof ThroughlineError ? error : unreadableBatch(error, offset);
