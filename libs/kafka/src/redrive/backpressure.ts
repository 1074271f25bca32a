import type { KafkaConsumer } from '../driver.js';
import type { DeadLetterPartition } from './dead-letter-partition.js';

/** The maximum size of a partition's waiting records in memory, in bytes. */
const AHEAD = { max: 2_097_152, resume: 524_288 };

/** Pauses partitions whose waiting records use up their share of memory, and partitions that were read to their end. */
export class Backpressure {
  readonly #paused = new Set<DeadLetterPartition>();

  constructor(private readonly consumer: KafkaConsumer) {}

  pauseFull(partitions: Iterable<DeadLetterPartition>): void {
    const full = [...partitions].filter(
      (one) => !this.#paused.has(one) && (one.isRead || one.weight > AHEAD.max),
    );
    for (const partition of full) this.#paused.add(partition);
    this.consumer.pause(full.map(({ id }) => id));
  }

  resume(): void {
    this.#resumeAll([...this.#paused].filter((one) => !one.isRead && one.weight < AHEAD.resume));
  }

  /**
   * Resumes all partitions after a rebalance, because other partitions may be assigned now. The driver itself would keep them
   * paused.
   */
  reset(): void {
    this.#resumeAll([...this.#paused]);
  }

  #resumeAll(partitions: readonly DeadLetterPartition[]): void {
    for (const partition of partitions) this.#paused.delete(partition);
    this.consumer.resume(partitions.map(({ id }) => id));
  }
}
