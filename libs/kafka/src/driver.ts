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
  /**
   * Copies the record's bytes out of the fetch response, which may hold thousands of other records. Call this method if you keep
   * the record for longer than the call that delivered it: otherwise the complete response stays in memory.
   */
  detach?(): void;
}

/** What a group has committed for a partition: the offset to read next, and metadata. */
export interface Committed {
  readonly offset: number;
  /** The metadata of the commit, at most 4,096 characters. An empty string if there is none. */
  readonly metadata: string;
}

export interface PartitionCommit extends TopicPartition, Committed {}

export interface AssignedPartition extends TopicPartition {
  /** The committed offset and its metadata. `undefined` if the group has never committed this partition. */
  readonly committed: Committed | undefined;
}

/** A position in a topic: an offset of one partition. */
export interface Position extends TopicPartition {
  readonly offset: number;
}

/**
 * Receives the events of a consumer. No method may throw. During a membership, the driver calls `assigned`, then any number of
 * times `records`, then `revoking` (a rebalance or a stop) or `lost` (expelled or crashed), then `assigned` again. It does not call
 * `records` between `revoking` or `lost` and `assigned`. Rebalances are eager: `revoking` and `lost` always concern all assigned
 * partitions.
 */
export interface ConsumerListener {
  /**
   * Called when partitions were assigned to the member, which now has exactly these. Returns the positions of partitions that
   * should not be read from their committed offset, so that a member need not read records again that it retains across a
   * rebalance.
   */
  assigned(partitions: readonly AssignedPartition[]): readonly Position[];
  /**
   * Called with records of one partition. Return a promise to apply backpressure: no more records of this partition are delivered
   * until the promise resolves. Resolve it long before the session timeout.
   */
  records(partition: TopicPartition, records: readonly KafkaRecord[]): Promise<void> | void;
  /**
   * Called when the partitions are about to be revoked. Commits are still accepted. The rejoin waits for the returned promise,
   * within its own time limit.
   */
  revoking(): Promise<void>;
  /** Called when the partitions are lost. Commits for them are no longer accepted. */
  lost(): void;
  /**
   * Called when the broker is unavailable, when it refuses the group, or when the client crashed. The driver keeps retrying. This
   * method is called once per outage, and again if the reason changes to another `errorClass`. With the class `blocked`, a person
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
  /** The maximum time that a fetch waits for records, in milliseconds. */
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
   * Pauses partitions. Takes effect immediately: after this call returns, no `records` of these partitions are delivered until
   * `resume`, even across rebalances.
   */
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /**
   * Continues reading from other offsets. Takes effect immediately: after this call returns, no `records` are delivered that were
   * fetched before. Partitions that are not assigned are ignored. `seek` commits nothing: to keep the positions across a rebalance,
   * commit them, or return them from `assigned`.
   */
  seek(positions: readonly Position[]): void;
  /**
   * Commits offsets. Resolves only once the broker has acknowledged the commit. Otherwise rejects, including when there is no
   * response within 5 s.
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

/** Options of a producer. */
export interface ProducerOptions {
  /** How the record is compressed. Use `gzip` for a record that may only fit into its topic compressed. Default: `none`. */
  readonly compression?: 'none' | 'gzip';
}

export interface KafkaProducer {
  /** Sends these records together, and keeps their order within a partition. Returns a result for each record. */
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
  /** `kafkajs`, `memory`. */
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
   * Returns the offsets of a position, by partition: the offset of the first record, the offset after the last record, or the
   * offset of the first record at or after a time (the end if there is none). Rejects with `TL_KAFKA_TOPIC_MISSING`, and while the
   * broker is unavailable.
   */
  offsets(topic: string, at: PlaceInTopic): Promise<ReadonlyMap<number, number>>;
  /**
   * Returns the commits of a group for a topic, by partition, whether or not the group has members. Omits partitions without a
   * commit.
   */
  committed(group: string, topic: string): Promise<ReadonlyMap<number, Committed>>;
  /** Returns how long a topic keeps its records, in milliseconds, or `undefined` if it keeps them forever. */
  retention(topic: string): Promise<number | undefined>;
  /** Closes the driver, with all consumers and producers that are still open. */
  close(): Promise<void>;
}
