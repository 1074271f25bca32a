import type {
  AssignedPartition,
  ConsumerListener,
  KafkaConsumer,
  KafkaDriver,
  KafkaRecord,
  PartitionCommit,
  Position,
  TopicPartition,
} from 'throughline/kafka';

/** A member of a consumer group that records what it receives and commits only on request. */
export class GroupMember implements ConsumerListener {
  readonly #seen: KafkaRecord[] = [];
  readonly #consumer: KafkaConsumer;
  #assigned: readonly AssignedPartition[] | undefined;
  #joined: Promise<void> | undefined;
  #waiting: (() => void)[] = [];

  constructor(driver: KafkaDriver, group: string, topic: string) {
    this.#consumer = driver.consumer(
      {
        group,
        topics: [topic],
        from: 'earliest',
        sessionTimeout: 30_000,
        heartbeatInterval: 300,
        maxWait: 100,
        maxBytesPerPartition: 1_048_576,
      },
      this,
    );
  }

  get seen(): readonly KafkaRecord[] {
    return this.#seen;
  }

  get hasPartitions(): boolean {
    return (this.#assigned?.length ?? 0) > 0;
  }

  /** Joins the group. Returns its first assignment, with the group's commits. */
  async join(): Promise<readonly AssignedPartition[]> {
    await (this.#joined ??= this.#consumer.start());
    await this.until(() => this.#assigned !== undefined, 30_000);
    return this.#assigned ?? [];
  }

  commit(commits: readonly PartitionCommit[]): Promise<void> {
    return this.#consumer.commit(commits);
  }

  remove(): Promise<void> {
    return this.#consumer.stop();
  }

  async until(holds: () => boolean, milliseconds: number): Promise<void> {
    const late = AbortSignal.timeout(milliseconds);
    while (!holds() && !late.aborted) {
      const next = Promise.withResolvers<undefined>();
      const wake = (): void => next.resolve(undefined);
      this.#waiting.push(wake);
      late.addEventListener('abort', wake, { once: true });
      await next.promise;
    }
  }

  assigned(partitions: readonly AssignedPartition[]): readonly Position[] {
    this.#assigned = partitions;
    this.#wake();
    return [];
  }

  records(_: TopicPartition, records: readonly KafkaRecord[]): void {
    this.#seen.push(...records);
    this.#wake();
  }

  revoking(): Promise<void> {
    return Promise.resolve();
  }

  skipped(): void {
    return;
  }

  logChanged(): void {
    return;
  }

  topicFailed(): void {
    return;
  }

  topicRecovered(): void {
    return;
  }

  lost(): void {
    return;
  }

  down(): void {
    return;
  }

  up(): void {
    return;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
