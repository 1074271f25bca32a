import { partitionOf } from '../../../kafka/src/drivers/murmur2.js';
import { ThroughlineError } from '#base';
import type { SeekTarget } from 'throughline/transport';
import type { Clock } from '../clock.js';
import type { StoredMessage } from '../message.js';

/** A message in a partition. */
export interface TopicRecord {
  readonly offset: number;
  /** The time of the record, in milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: StoredMessage;
}

/** The position of a record in a topic. */
export interface Position {
  readonly partition: number;
  readonly offset: number;
}

/** An in-memory Kafka topic. Its partitions keep every record. */
export class MemoryTopic {
  readonly #clock: Clock;
  readonly #partitions: readonly TopicRecord[][];
  readonly #listeners = new Set<() => void>();
  #keyless = 0;

  constructor(
    readonly name: string,
    clock: Clock,
    partitions: number,
  ) {
    this.#clock = clock;
    this.#partitions = Array.from({ length: partitions }, () => []);
  }

  get partitions(): number {
    return this.#partitions.length;
  }

  /** All records of the topic, partition by partition. */
  get records(): readonly TopicRecord[] {
    return this.#partitions.flat();
  }

  /**
   * Writes a record to the given partition. Default: the partition that Kafka's own clients would choose for the record's key.
   * Without a key, the partitions take turns.
   *
   * @throws ThroughlineError `TL_KAFKA_TOPIC_MISSING` if the partition does not exist
   */
  append(message: StoredMessage, partition = this.#partitionOf(message.key)): Position {
    const records = this.#partitions[partition];
    if (records === undefined) {
      throw new ThroughlineError(
        'TL_KAFKA_TOPIC_MISSING',
        `The topic "${this.name}" has no partition ${partition}.`,
        { errorClass: 'refused' },
      );
    }
    const offset = records.length;
    records.push({ offset, timestamp: this.#clock.now(), message });
    for (const listener of [...this.#listeners]) listener();
    return { partition, offset };
  }

  /** Reads at most `most` records of a partition, starting at an offset. */
  read(partition: number, from: number, most: number): readonly TopicRecord[] {
    return this.#partitions[partition]?.slice(from, from + most) ?? [];
  }

  /** Returns the offset that the next record of a partition will have. */
  end(partition: number): number {
    return this.#partitions[partition]?.length ?? 0;
  }

  /**
   * Returns the offsets at which a group continues after a seek, by partition. Partitions to which the seek does not apply are
   * absent.
   *
   * @throws ThroughlineError `TL_KAFKA_OFFSET_INVALID`
   */
  offsetsAt(target: SeekTarget): ReadonlyMap<number, number> {
    if (typeof target === 'object' && !(target instanceof Date)) return this.#offsetAt(target);
    const find = offsetFinder(this.name, target);
    return new Map(this.#partitions.map((records, partition) => [partition, find(records)]));
  }

  /** Deletes all records. */
  purge(): void {
    for (const records of this.#partitions) records.length = 0;
  }

  /** Calls a function whenever a record was written. Returns a function that unsubscribes. */
  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #offsetAt({ partition, offset }: Position): ReadonlyMap<number, number> {
    const end = this.#partitions[partition]?.length;
    if (end === undefined) {
      throw offsetInvalid(
        `"${this.name}" has no partition ${partition}. The topic has ${this.partitions} partitions, numbered from 0.`,
      );
    }
    if (!Number.isSafeInteger(offset) || offset < 0 || offset > end) {
      throw offsetInvalid(
        `${offset} is not a valid offset in ${this.name}/${partition}. Use an integer from 0 to ${end}, the end of the partition.`,
      );
    }
    return new Map([[partition, offset]]);
  }

  #partitionOf(key: Uint8Array | null): number {
    if (key !== null) return partitionOf(key, this.partitions);
    this.#keyless += 1;
    return this.#keyless % this.partitions;
  }
}

function offsetFinder(
  topic: string,
  target: 'earliest' | 'latest' | Date,
): (records: readonly TopicRecord[]) => number {
  if (target === 'earliest') return () => 0;
  if (target === 'latest') return (records) => records.length;
  const time = target.getTime();
  if (Number.isNaN(time)) throw offsetInvalid(`Cannot seek in "${topic}" to an invalid date.`);
  return (records) => records.find(({ timestamp }) => timestamp >= time)?.offset ?? records.length;
}

const offsetInvalid = (message: string): ThroughlineError =>
  new ThroughlineError('TL_KAFKA_OFFSET_INVALID', message);
