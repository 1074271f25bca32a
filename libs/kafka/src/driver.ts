import type { Headers } from '#base';

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A record as the broker stores it. Its fields may be getters, so read them by name instead of spreading the record. */
export interface KafkaRecord {
  readonly offset: number;
  readonly key: Uint8Array | null;
  /** `null` is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: Headers;
  /** The record's time, in milliseconds since the epoch. */
  readonly timestamp: number;
  /** The leader epoch in which the record was written, or -1 if unknown. */
  readonly leaderEpoch: number;
  /**
   * Copies the record's bytes out of the fetch response, which may hold thousands of other records. Call this method if you keep
   * the record for longer than the call that delivered it: otherwise the complete response stays in memory.
   */
  detach?(): void;
}

/** A group's commit for a partition: the offset to read next, and metadata. */
export interface Committed {
  readonly offset: number;
  /** The metadata of the commit, at most 4,096 characters. An empty string if there is none. */
  readonly metadata: string;
}

export interface PartitionCommit extends TopicPartition, Committed {}

/** The current state of a partition's log at the broker. */
export interface LogState {
  /**
   * Identifies the log, for example by the ids of its cluster and its topic. A topic that was deleted and created again has a
   * different id. `undefined` if the client cannot determine it.
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
 * - `replaced`: the log is a new one, because the topic or the cluster was deleted and created again. Reading continues at the
 *   start of the new log.
 * - `truncated`: the records from this offset on were lost, for example in an unclean leader election. Other records may have been
 *   written in their place. Reading continues at this offset.
 * - `trimmed`: the records below this offset were removed before they were read, for example by retention. Reading continues at
 *   this offset.
 */
export type LogChange =
  | { readonly kind: 'replaced'; readonly log: LogState }
  | { readonly kind: 'truncated'; readonly offset: number }
  | { readonly kind: 'trimmed'; readonly offset: number };

export interface AssignedPartition extends TopicPartition {
  /** The committed offset and its metadata. `undefined` if the group has never committed this partition. */
  readonly committed: Committed | undefined;
  readonly log: LogState;
  /**
   * The offset that the driver reads first, unless the listener returns another position: the committed offset, or the start of the
   * log if that is higher. A partition that is new to its group starts where `ConsumerOptions.from` says. A partition that was added
   * to its topic later starts at its beginning.
   */
  readonly start: number;
}

/** A position in a topic: an offset of one partition. */
export interface Position extends TopicPartition {
  readonly offset: number;
  /**
   * The leader epoch of the record before the offset, if known. With this epoch, a driver can find out whether the log was truncated
   * below the offset.
   */
  readonly leaderEpoch?: number;
}

/** How a member lost its partitions. See {@link ConsumerListener.lost}. */
export type Loss = 'disconnected' | 'expelled';

/**
 * Receives a consumer's events. No method may throw. During a membership, the driver calls `assigned`, then any number of times
 * `records`, then `revoking` (a rebalance or a stop) or `lost` (expelled or crashed), then `assigned` again. It does not call
 * `records` between `revoking` or `lost` and `assigned`. Rebalances are eager: `revoking` and `lost` always concern all assigned
 * partitions.
 */
export interface ConsumerListener {
  /**
   * Called when partitions were assigned to the member. The list contains all partitions that the member now has. Returns the
   * positions of partitions that should not be read from their `start`, for example because the member retains them across a
   * rebalance. The driver checks positions with a leader epoch against the log, and calls `logChanged` if the log was truncated.
   */
  assigned(partitions: readonly AssignedPartition[]): readonly Position[];
  /**
   * Called with records from one partition. Return a promise to apply backpressure: no more records from this partition are
   * delivered until the promise resolves. Resolve the promise long before the session timeout.
   */
  records(partition: TopicPartition, records: readonly KafkaRecord[]): Promise<void> | void;
  /**
   * Called when there is no record to deliver from `from` up to `to`, exclusive. This range contains only control records, aborted
   * transactions or records that compaction removed. `from` is the position that the driver would have read next.
   */
  skipped(from: Position, to: number): void;
  /** Called when the log of an assigned partition has changed. The driver has already moved its own position. */
  logChanged(partition: TopicPartition, change: LogChange): void;
  /**
   * Called when one topic cannot be read although the others can, because it was deleted, access is denied, or it contains a batch
   * that this client cannot read. The driver keeps retrying. Called once per topic and reason.
   */
  topicFailed(topic: string, error: Error): void;
  /** Called when the topic can be read again. Called once, after `topicFailed`. */
  topicRecovered(topic: string): void;
  /**
   * Called when the partitions are about to be revoked. Commits are still accepted. The rejoin waits for the returned promise,
   * within its own time limit.
   */
  revoking(): Promise<void>;
  /**
   * Called when the partitions are lost. Commits for them are no longer accepted.
   *
   * - `disconnected`: the client lost its connection or crashed. No other member owns the partitions as long as the session lasts.
   * - `expelled`: the session is over, or the broker has expelled the member. Other members may own the partitions. A driver
   *   reports `expelled` as soon as no heartbeat has been acknowledged for the session timeout, even if the broker cannot be
   *   reached. `expelled` may follow `disconnected` or `revoking`.
   */
  lost(how: Loss): void;
  /**
   * Called when the broker is unavailable, when it refuses the group, or when the client crashed. The driver keeps retrying. This
   * method is called once per outage, and again if the reason changes to another `errorClass`. If the class is `blocked`, somebody
   * has to fix the cause.
   */
  down(error: Error): void;
  /** Called once when the broker responds again after `down`. */
  up(): void;
}

export interface ConsumerOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a group starts reading if it has no commit. */
  readonly from: 'earliest' | 'latest';
  /** In milliseconds. */
  readonly sessionTimeout: number;
  /** In milliseconds. */
  readonly heartbeatInterval: number;
  /**
   * The maximum time that a fetch waits for records, in milliseconds. If a partition is resumed in the meantime, it may have to
   * wait this long. While no partition is paused, a driver may wait three times as long.
   */
  readonly maxWait: number;
  readonly maxBytesPerPartition: number;
}

/** A consumer: one member of a consumer group. */
export interface KafkaConsumer {
  /**
   * Joins the group. Resolves once the consumer is a member, even if that takes until the end of an outage. Rejects if waiting
   * cannot help.
   */
  start(): Promise<void>;
  /**
   * Pauses partitions. Takes effect immediately: after this call returns, no records from these partitions are delivered until
   * `resume`, even across rebalances.
   */
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /**
   * Continues reading from other offsets. Takes effect immediately: after this call returns, records that were fetched earlier are
   * no longer delivered. Partitions that are not assigned are ignored. `seek` commits nothing: to keep the positions across a
   * rebalance, commit them, or return them from `assigned`.
   */
  seek(positions: readonly Position[]): void;
  /**
   * Commits offsets. Resolves only once the broker has acknowledged the commit. Rejects if the broker refuses the commit, or does
   * not respond within 5 s.
   */
  commit(commits: readonly PartitionCommit[]): Promise<void>;
  /**
   * Closes the consumer: calls `revoking`, leaves the group and closes, within about 5 s even if the broker is unavailable. May be
   * called more than once.
   */
  stop(): Promise<void>;
}

/** A record to send. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string | Uint8Array | null;
  /** The record's key or value. Text is encoded in UTF-8. `null` is a tombstone. */
  readonly value: string | Uint8Array | null;
  readonly headers: Headers;
  /**
   * The partition to write to. Default: chosen by the key's hash, as in the Java client (murmur2). Records without a key are
   * distributed over all partitions.
   */
  readonly partition?: number;
}

/** How the records of a batch are compressed. */
export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** Options of a producer. */
export interface ProducerOptions {
  /**
   * How records are compressed. Default: `none`. Without the codec's package, `producer()` throws `TL_KAFKA_CODEC_MISSING`.
   */
  readonly compression?: Compression;
}

export interface KafkaProducer {
  /** Sends the given records together, and keeps their order within a partition. Returns a result for each record. */
  send(records: readonly OutgoingRecord[]): Promise<readonly PromiseSettledResult<Position>[]>;
  close(): Promise<void>;
}

/** A topic to create. */
export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  /** The settings of the topic by Kafka's names, such as `retention.ms`. Default: the broker's settings. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A position in every partition of a topic: its beginning, its end, or a time in milliseconds since the epoch. */
export type PlaceInTopic = 'earliest' | 'latest' | number;

/** A Kafka client. Implement this interface to use Throughline with a library other than kafkajs. */
export interface KafkaDriver {
  /** `kafkajs`, `platformatic`, `memory`. */
  readonly name: string;
  /** The address of the broker, as spans show it. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
  consumer(options: ConsumerOptions, listener: ConsumerListener): KafkaConsumer;
  producer(options?: ProducerOptions): KafkaProducer;
  /** Returns which of the topics in `names` exist, with their numbers of partitions. Rejects while the broker is unavailable. */
  describe(names: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Creates the topics that do not exist, and does not change existing topics. */
  create(topics: readonly NewTopic[]): Promise<void>;
  /**
   * Returns the offsets of a position, by partition: the offset of the first record, the offset after the last record that may be
   * read (the last stable offset), or the offset of the first record at or after a time (the end if there is none). Rejects with
   * `TL_KAFKA_TOPIC_MISSING`, and while the broker is unavailable.
   */
  offsets(topic: string, at: PlaceInTopic): Promise<ReadonlyMap<number, number>>;
  /**
   * Returns the commits of a group for a topic, by partition, whether or not the group has members. Partitions without a commit are
   * omitted.
   */
  committed(group: string, topic: string): Promise<ReadonlyMap<number, Committed>>;
  /**
   * Returns those partitions of the topics that no member of a group reads: partitions that are assigned to nobody, or to a member
   * that does not subscribe to their topic. Topics that do not exist are omitted. Returns `undefined` if this is not certain, because
   * the group is rebalancing or has no members. Rejects if this client is not allowed to describe the group, and while the broker is
   * unavailable.
   */
  unread(group: string, topics: readonly string[]): Promise<readonly TopicPartition[] | undefined>;
  /** Returns how long a topic keeps its records, in milliseconds, or `undefined` if it keeps them forever. */
  retention(topic: string): Promise<number | undefined>;
  /** Closes the driver and all consumers and producers that are still open. */
  close(): Promise<void>;
}
