import type { TopicPartition } from '../../../driver.js';
import { keyOf } from '../../membership.js';
import type { Identity } from './identity.js';
import type { Outgoing } from './outgoing-record.js';

/**
 * The maximum size of a batch, in bytes. By default, a broker refuses batches of more than 1,048,588 bytes (`message.max.bytes`).
 * Their records would have to be sent again in smaller batches.
 */
const mostBytes = 1_000_000;
const firstDelay = 50;
const longestDelay = 1_000;

/** A batch in its encoded form. A batch is sent again unchanged, so that the broker recognizes it. */
export interface WrittenBatch {
  readonly bytes: Buffer;
  readonly identity: Identity;
  readonly sequence: number;
}

/** Records that are sent as one batch. */
export interface Portion {
  readonly records: readonly Outgoing[];
  batch: WrittenBatch | undefined;
  attempt: number;
}

/** The records that wait to be sent to a partition, in order. One batch is sent at a time. */
export class PartitionQueue implements TopicPartition {
  readonly key: string;
  isBusy = false;
  notBefore = 0;
  #portions: Portion[] = [];

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {
    this.key = keyOf(this);
  }

  /** The records to send next. Records that were given up before they were sent are omitted. */
  get head(): Portion | undefined {
    for (;;) {
      const head = this.#portions[0];
      if (head === undefined || head.batch !== undefined) return head;
      const wanted = head.records.filter(({ isSettled }) => !isSettled);
      if (wanted.length === head.records.length) return head;
      if (wanted.length === 0) this.#portions.shift();
      else this.#portions[0] = { ...head, records: wanted };
    }
  }

  add(records: readonly Outgoing[]): void {
    let portion: Outgoing[] = [];
    let size = 0;
    for (const record of records) {
      if (portion.length > 0 && size + record.size > mostBytes) {
        this.#portions.push(newPortion(portion));
        portion = [];
        size = 0;
      }
      portion.push(record);
      size += record.size;
    }
    if (portion.length > 0) this.#portions.push(newPortion(portion));
  }

  /** Called when the batch at the head of the queue has a result. */
  done(): void {
    this.#portions.shift();
    this.notBefore = 0;
  }

  /**
   * Called when the broker refuses the batch at the head because of some of its records. The batch is sent again in halves, so that
   * only those records fail.
   */
  halve({ records }: Portion): void {
    const half = Math.ceil(records.length / 2);
    this.#portions.splice(
      0,
      1,
      newPortion(records.slice(0, half)),
      newPortion(records.slice(half)),
    );
  }

  /** Sends the batch at the head again later. */
  backOff(portion: Portion): void {
    portion.attempt += 1;
    const delay = Math.min(longestDelay, firstDelay * 2 ** Math.min(portion.attempt, 10));
    this.notBefore = performance.now() + delay;
  }
}

const newPortion = (records: readonly Outgoing[]): Portion => ({
  records,
  batch: undefined,
  attempt: 0,
});
