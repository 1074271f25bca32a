import type {
  AssignedPartition,
  ConsumerListener,
  KafkaRecord,
  LogChange,
  Loss,
  Position,
  TopicPartition,
} from 'throughline/kafka';

/** A partition as text, for comparisons. */
export const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

export interface Seen extends TopicPartition, KafkaRecord {}

/** What a test does within the calls of the listener. */
export interface Reactions {
  readonly assigned?: (partitions: readonly AssignedPartition[]) => readonly Position[];
  readonly records?: (partition: TopicPartition, records: readonly KafkaRecord[]) => void;
  readonly revoking?: () => Promise<void>;
}

/** A listener that records its calls, lets tests wait for them, and checks their order. */
export class ConsumerRecorder implements ConsumerListener {
  readonly seen: Seen[] = [];
  readonly assignments: (readonly AssignedPartition[])[] = [];
  readonly batches: number[] = [];
  /** Violations of the contract of `ConsumerListener`. */
  readonly violations: string[] = [];
  /** The errors of all calls of `down`, in order. */
  readonly troubles: Error[] = [];
  readonly skips: { readonly from: number; readonly to: number }[] = [];
  readonly changes: LogChange[] = [];
  readonly losses: Loss[] = [];
  /** The topics that cannot be read now, with the reasons. */
  readonly failedTopics = new Map<string, Error>();
  revoked = 0;
  ups = 0;
  #owned: ReadonlySet<string> = new Set();
  #waiting: (() => void)[] = [];

  constructor(private readonly reactions: Reactions = {}) {}

  /** The partitions that the member has now. */
  get owned(): readonly string[] {
    return [...this.#owned].sort();
  }

  get texts(): readonly string[] {
    return this.seen.map(({ value }) => Buffer.from(value ?? '').toString());
  }

  /** The offset after the last record of each partition. */
  get positions(): readonly Position[] {
    const last = new Map(this.seen.map((one) => [keyOf(one), one]));
    return [...last.values()].map(({ topic, partition, offset }) => ({
      topic,
      partition,
      offset: offset + 1,
    }));
  }

  assigned(partitions: readonly AssignedPartition[]): readonly Position[] {
    if (this.#owned.size > 0) this.violations.push('assigned although nothing was revoked or lost');
    this.#owned = new Set(partitions.map(keyOf));
    this.assignments.push(partitions);
    this.#wake();
    return this.reactions.assigned?.(partitions) ?? [];
  }

  records(partition: TopicPartition, records: readonly KafkaRecord[]): void {
    if (!this.#owned.has(keyOf(partition))) this.violations.push(`records of ${keyOf(partition)}`);
    this.reactions.records?.(partition, records);
    this.batches.push(records.length);
    for (const record of records) {
      const { offset, key, value, headers, timestamp, leaderEpoch } = record;
      this.seen.push({ ...partition, offset, key, value, headers, timestamp, leaderEpoch });
    }
    this.#wake();
  }

  async revoking(): Promise<void> {
    this.#owned = new Set();
    this.revoked += 1;
    this.#wake();
    await this.reactions.revoking?.();
  }

  skipped(from: Position, to: number): void {
    if (!this.#owned.has(keyOf(from))) this.violations.push(`skipped in ${keyOf(from)}`);
    this.skips.push({ from: from.offset, to });
    this.#wake();
  }

  logChanged(partition: TopicPartition, change: LogChange): void {
    if (!this.#owned.has(keyOf(partition))) this.violations.push(`change of ${keyOf(partition)}`);
    this.changes.push(change);
    this.#wake();
  }

  topicFailed(topic: string, error: Error): void {
    this.failedTopics.set(topic, error);
    this.#wake();
  }

  topicRecovered(topic: string): void {
    if (!this.failedTopics.delete(topic))
      this.violations.push(`${topic} recovered, but never failed`);
    this.#wake();
  }

  lost(how: Loss): void {
    this.#owned = new Set();
    this.losses.push(how);
    this.#wake();
  }

  down(error: Error): void {
    this.troubles.push(error);
    this.#wake();
  }

  up(): void {
    this.ups += 1;
    this.#wake();
  }

  /** Waits until the condition is true, and checks it after each call. */
  async until(what: string, condition: () => boolean, milliseconds = 20_000): Promise<void> {
    const late = AbortSignal.timeout(milliseconds);
    while (!condition()) {
      if (late.aborted)
        throw new Error(`Never happened: ${what}. Seen: ${this.seen.length} records`);
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        late.addEventListener('abort', () => {
          resolve();
        });
      });
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
