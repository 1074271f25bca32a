import type { KafkaConsumer } from '../driver.js';
import type { DeadLetterPartition } from './dead-letter-partition.js';

/** How much of a partition waits here, in bytes. */
const AHEAD = { max: 2_097_152, resume: 524_288 };

/** Lets in of each partition what there is room for, and nothing of one that is read to its end. */
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
    this.#letIn([...this.#paused].filter((one) => !one.isRead && one.weight < AHEAD.resume));
  }

  /** The driver holds what comes back as it held it before: that is to be judged anew. */
  reset(): void {
    this.#letIn([...this.#paused]);
  }

  #letIn(partitions: readonly DeadLetterPartition[]): void {
    for (const partition of partitions) this.#paused.delete(partition);
    this.consumer.resume(partitions.map(({ id }) => id));
  }
}
