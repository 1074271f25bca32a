import { ThroughlineError } from '#base';
import type { SourcePartition } from 'throughline/transport';
import { partitionName, type TopicPartition } from './group.js';
import type { Progress } from './progress.js';
import type { MemoryTopic, TopicRecord } from './topic.js';

/** A partition while it is assigned to a member of a group. */
export class AssignedPartition implements TopicPartition {
  readonly topic: MemoryTopic;
  readonly number: number;
  readonly origin: SourcePartition;
  readonly #gone: AbortController;
  #next: number;

  constructor(
    { topic, number }: TopicPartition,
    readonly channel: string,
    readonly progress: Progress,
    gone = new AbortController(),
  ) {
    this.topic = topic;
    this.number = number;
    this.origin = { channel, name: partitionName(this) };
    this.#gone = gone;
    this.#next = progress.position;
  }

  /** Returns the same partition, moved to another position. */
  movedTo(progress: Progress): AssignedPartition {
    return new AssignedPartition(this, this.channel, progress, this.#gone);
  }

  /** A signal that aborts when the partition is assigned to another member. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Returns the next unprocessed records, at most `most`. */
  read(most: number): readonly TopicRecord[] {
    for (;;) {
      const records = this.topic.read(this.number, this.#next, most);
      if (records.length === 0) return [];
      this.#next += records.length;
      const left = records.filter(({ offset }) => !this.progress.isDone(offset));
      if (left.length > 0) return left;
    }
  }

  revoke(): void {
    this.#gone.abort(
      new ThroughlineError(
        'TL_KAFKA_REVOKED',
        `The partition ${this.origin.name} was assigned to another member of the consumer group. That member now receives the partition's messages.`,
        { errorClass: 'notOurs' },
      ),
    );
  }
}
