import type { Headers } from '#base';

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A record as the broker stores it. Its fields may be getters: read them by name, do not spread them. */
export interface KafkaRecord {
  readonly offset: number;
  readonly key: Uint8Array | null;
  /** `null` is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: Headers;
  /** The record's time, in milliseconds since the epoch. */
  readonly timestamp: number;
  /** The leader epoch in which the record was written, or -1 if it is unknown. */
  readonly leaderEpoch: number;
  /**
   * Copies the record's bytes out of the fetch response, which may hold thousands of other records. Call it if you keep the record
   * for longer than the call that delivered it: otherwise the complete response stays in memory.
   */
  detach?(): void;
}

/** What a group has committed for a partition: the offset to read next, and metadata. */
export interface Committed {
  readonly offset: number;
  /** At most 4,096 characters. An empty string if there is none. */
  readonly metadata: string;
}

export interface PartitionCommit extends TopicPartition, Committed {}

/** The log of a partition, as the broker has it now. */
export interface LogState {
  /**
   * Identifies the log, for example by the ids of its cluster and its topic. A topic that was deleted and created again has another
   * id. `undefined` if the client cannot find it out.
   */
  readonly id: string | undefined;
  /** The offset of the first record that still exists. */
  readonly start: number;
  /** The offset after the last record that may be read: the last stable offset. */
  readonly end: number;
}

/**
 * How a log changed, other than by new records.
 *
 * - `replaced`: it is another log. The topic was deleted and created again, or the cluster was. Reading continues at its start.
 * - `truncated`: the records from this offset on were lost, for example in an unclean leader election. Others may have been written
 *   in their place. Reading continues at this offset.
 * - `trimmed`: the records below this offset were removed before they were read, for example by retention. Reading continues at
 *   this offset.
 */
export type LogChange =
  | { readonly kind: 'replaced'; readonly log: LogState }
  | { readonly kind: 'truncated'; readonly offset: number }
  | { readonly kind: 'trimmed'; readonly offset: number };

export interface AssignedPartition extends TopicPartition {
  /** The committed offset and metadata. `undefined` if the group has never committed this partition. */
  readonly committed: Committed | undefined;
  readonly log: LogState;
  /**
   * Where the driver reads first, unless the listener returns another position: the committed offset, if it exists in the log.
   * A partition that is new to its group starts as `ConsumerOptions.from` says, and one that is new to its topic starts at its
   * beginning.
   */
  readonly start: number;
}

/** An offset of a partition. */
export interface Position extends TopicPartition {
  readonly offset: number;
  /**
   * The leader epoch of the record before the offset, if it is known. With it, a driver finds out whether the log was truncated
   * below the offset.
   */
  readonly leaderEpoch?: number;
}

/** How a member lost its partitions. See {@link ConsumerListener.lost}. */
export type Loss = 'disconnected' | 'expelled';

/**
 * Receives the events of a consumer. No method may throw.
 *
 * A membership calls `assigned`, any number of `records`, then `revoking` (a rebalance or a stop) or `lost` (expelled or
 * crashed), then `assigned` again. There are no `records` between `revoking` or `lost` and `assigned`. Rebalances are eager:
 * `revoking` and `lost` always concern all assigned partitions.
 */
export interface ConsumerListener {
  /**
   * The member now has exactly these partitions. Returns the positions of partitions that should not be read from their `start`,
   * for example because the member retains them across a rebalance. The driver checks positions with a leader epoch against the
   * log, and calls `logChanged` if it was truncated.
   */
  assigned(partitions: readonly AssignedPartition[]): readonly Position[];
  /**
   * Return a promise to apply backpressure: no more records of this partition are delivered until it resolves. Keep it far below
   * the session timeout.
   */
  records(partition: TopicPartition, records: readonly KafkaRecord[]): Promise<void> | void;
  /**
   * There is no record to deliver at `from` and above it, below `to`: only control records, aborted transactions, or what compaction
   * removed. `from` is where the driver would have read next.
   */
  skipped(from: Position, to: number): void;
  /** The log of an assigned partition changed. The driver has already moved its own position. */
  logChanged(partition: TopicPartition, change: LogChange): void;
  /**
   * One topic cannot be read, although the others can: it was deleted, it is denied, or it contains a batch that this client cannot
   * read. The driver keeps retrying. Called once per topic and reason.
   */
  topicFailed(topic: string, error: Error): void;
  /** The topic can be read again. Called once, after `topicFailed`. */
  topicRecovered(topic: string): void;
  /**
   * The partitions are about to be revoked, and commits are still accepted. The rejoin waits for the promise, within its own time
   * limit.
   */
  revoking(): Promise<void>;
  /**
   * The partitions are lost, and commits for them are no longer accepted.
   *
   * - `disconnected`: the client lost its connection or crashed. No other member owns the partitions as long as the session lasts.
   * - `expelled`: the session is over, or the broker has expelled the member. Other members may own the partitions. A driver reports
   *   it as soon as no heartbeat was acknowledged for the session timeout, even if the broker cannot be reached. It may follow
   *   `disconnected`.
   */
  lost(how: Loss): void;
  /**
   * The broker is unavailable, it refuses the group, or the client crashed. The driver keeps retrying. Called once per outage, and
   * again if the reason changes to another `errorClass`: `blocked` needs a person's attention.
   */
  down(error: Error): void;
  /** The broker responds again. Called once, after `down`. */
  up(): void;
}

export interface ConsumerOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a group without a commit starts reading. */
  readonly from: 'earliest' | 'latest';
  /** In milliseconds. */
  readonly sessionTimeout: number;
  /** In milliseconds. */
  readonly heartbeatInterval: number;
  /** The maximum time that a fetch waits for records, in milliseconds. */
  readonly maxWait: number;
  readonly maxBytesPerPartition: number;
}

/** One member of a group. */
export interface KafkaConsumer {
  /**
   * Joins the group. Resolves once the consumer is a member, even if that takes until the end of an outage. Rejects if waiting
   * cannot help.
   */
  start(): Promise<void>;
  /**
   * Takes effect immediately: after it returns, no `records` of these partitions are delivered until `resume`, even across
   * rebalances.
   */
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /**
   * Continues reading from other offsets. Takes effect immediately: after it returns, no `records` are delivered that were fetched
   * before. Ignores partitions that are not assigned. It commits nothing: to keep the positions across a rebalance, commit them, or
   * return them from `assigned`.
   */
  seek(positions: readonly Position[]): void;
  /**
   * Resolves only once the broker has acknowledged the commit. Otherwise rejects, including when there is no response within 5 s.
   */
  commit(commits: readonly PartitionCommit[]): Promise<void>;
  /** Calls `revoking`, leaves the group and closes, within about 5 s even if the broker is unavailable. Idempotent. */
  stop(): Promise<void>;
}

/** A record to send. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string | Uint8Array | null;
  /** Text is encoded in UTF-8. `null` is a tombstone. */
  readonly value: string | Uint8Array | null;
  readonly headers: Headers;
  /**
   * The partition to write to. Default: chosen by the key's hash, as in the Java client (murmur2). Records without a key are
   * distributed over all partitions.
   */
  readonly partition?: number;
}

/** Options of a producer. */
export interface ProducerOptions {
  /** Use `gzip` for a record that may only fit into its topic compressed. Default: `none`. */
  readonly compression?: 'none' | 'gzip';
}

export interface KafkaProducer {
  /** Sends these records together, and keeps their order within a partition. Each record gets its own result. */
  send(records: readonly OutgoingRecord[]): Promise<readonly PromiseSettledResult<Position>[]>;
  close(): Promise<void>;
}

/** A topic to create. */
export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  /** Topic settings by Kafka's names, such as `retention.ms`. Default: the broker's settings. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A position in every partition of a topic: its beginning, its end, or a time in milliseconds since the epoch. */
export type PlaceInTopic = 'earliest' | 'latest' | number;

/** A Kafka client. Implement this interface to use Throughline with a library other than kafkajs. */
export interface KafkaDriver {
  /** `kafkajs`, `platformatic`, `memory`. */
  readonly name: string;
  /** The broker's address, as a span shows it. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
  consumer(options: ConsumerOptions, listener: ConsumerListener): KafkaConsumer;
  producer(options?: ProducerOptions): KafkaProducer;
  /** Returns which of the topics in `names` exist, with their numbers of partitions. Rejects while the broker is unavailable. */
  describe(names: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Creates the topics that do not exist, and does not change the others. */
  create(topics: readonly NewTopic[]): Promise<void>;
  /**
   * Returns the offsets of a position, by partition: the offset of the first record, the offset after the last record that may be
   * read (the last stable offset), or the offset of the first record at or after a time (the end if there is none). Rejects with `TL_KAFKA_TOPIC_MISSING`, and while the
   * broker is unavailable.
   */
  offsets(topic: string, at: PlaceInTopic): Promise<ReadonlyMap<number, number>>;
  /**
   * Returns a group's commits for a topic, by partition, whether or not the group has members. Omits partitions without a commit.
   */
  committed(group: string, topic: string): Promise<ReadonlyMap<number, Committed>>;
  /** Returns how long a topic keeps its records, in milliseconds, or `undefined` if it keeps them forever. */
  retention(topic: string): Promise<number | undefined>;
  /** Closes all consumers and producers that are still open. */
  close(): Promise<void>;
}
