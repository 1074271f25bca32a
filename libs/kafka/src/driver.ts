import type { Headers } from '#base';

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A record as the broker keeps it. Its fields may be getters: they are named, and not spread. */
export interface KafkaRecord {
  readonly offset: number;
  readonly key: Uint8Array | null;
  /** `null` is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: Headers;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /**
   * Its bytes may be part of an answer that holds thousands of records more, and would keep all of them in memory: who has it for
   * longer than the call that handed it out calls this, and then it has bytes of its own.
   */
  detach?(): void;
}

/** What a group has committed for a partition: the offset to read next, and a word of the runtime's own beside it. */
export interface Committed {
  readonly offset: number;
  /** At most 4,096 characters; an empty string where there is none. */
  readonly metadata: string;
}

export interface PartitionCommit extends TopicPartition, Committed {}

export interface AssignedPartition extends TopicPartition {
  /** Absent where the group has never committed this partition. */
  readonly committed: Committed | undefined;
}

/** Where to read a partition from, where that is not the committed offset. */
export interface Position extends TopicPartition {
  readonly offset: number;
}

/**
 * What a consumer tells. No method may throw, and only `revoking` is waited for.
 *
 * The order of a membership is: `assigned`, any number of `records`, then `revoking` (a rebalance or a stop) or `lost` (kicked
 * out, crashed), then `assigned` again. Between `revoking` or `lost` and `assigned` there are no `records`. Rebalances are
 * eager: `revoking` and `lost` always speak of everything that is assigned.
 */
export interface ConsumerListener {
  /**
   * The member has these partitions, and only these. The answer names the partitions that are to be read from elsewhere than
   * the committed offset: what a member retains over a rebalance it need not read again.
   */
  assigned(partitions: readonly AssignedPartition[]): readonly Position[];
  /** A promise asks for a little patience: no more of this partition until it resolves, which is far below a session's time. */
  records(partition: TopicPartition, records: readonly KafkaRecord[]): Promise<void> | void;
  /** The partitions are about to go, and commits still count: the rejoin waits for the promise, with a bound of its own. */
  revoking(): Promise<void>;
  /** The partitions are gone, and no commit of theirs counts any more. */
  lost(): void;
  /**
   * The broker cannot be reached, it refuses the group, or the client crashed; the driver goes on trying by itself. Told once an
   * outage, and again where its reason becomes one of another `errorClass`: `blocked` is for a person to look at.
   */
  down(error: Error): void;
  /** The broker answers again. Told once, after `down`. */
  up(): void;
}

export interface ConsumerOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a group without a commit begins. */
  readonly from: 'earliest' | 'latest';
  /** In milliseconds. */
  readonly sessionTimeout: number;
  /** In milliseconds. */
  readonly heartbeatInterval: number;
  /** How long one fetch may wait for records, in milliseconds. */
  readonly maxWait: number;
  readonly maxBytesPerPartition: number;
}

/** One member of a group. */
export interface KafkaConsumer {
  /** Joins the group; resolves once it is a member, and waits through an outage. Rejects where waiting cannot help. */
  start(): Promise<void>;
  /** Exact: after it returns, no `records` of these partitions come until `resume`. It lasts over rebalances and rebuilds. */
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /**
   * Reads on from elsewhere. Exact: after it returns, no `records` come of what was fetched before. Partitions that are not
   * assigned are left alone. It commits nothing: over a rebalance it lasts by what the listener answers to `assigned`, or by a
   * commit.
   */
  seek(positions: readonly Position[]): void;
  /** Resolves only once the broker has the commit; rejects otherwise, also where it is not known (a bound of 5 s or less). */
  commit(commits: readonly PartitionCommit[]): Promise<void>;
  /** Calls `revoking`, leaves the group and closes, within about 5 s although the broker may be away. Idempotent. */
  stop(): Promise<void>;
}

/** A record on its way out. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string | Uint8Array | null;
  /** Text is written in UTF-8. `null` is a tombstone. */
  readonly value: string | Uint8Array | null;
  readonly headers: Headers;
  /** Absent: by the key's hash, as Java's client does (murmur2), or spread where there is no key. */
  readonly partition?: number;
}

/** How a producer writes. */
export interface ProducerOptions {
  /** `gzip` makes a record fit that its topic took compressed. Default: `none`. */
  readonly compression?: 'none' | 'gzip';
}

export interface KafkaProducer {
  /** One produce for all of these records, in their order within a partition; each gets an answer of its own. */
  send(records: readonly OutgoingRecord[]): Promise<readonly PromiseSettledResult<Position>[]>;
  close(): Promise<void>;
}

/** A topic that is to be made. */
export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  /** By the broker's own names, such as `retention.ms`. Default: the broker's settings. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A place in every partition of a topic: its beginning, its end, or a time in milliseconds since the epoch. */
export type PlaceInTopic = 'earliest' | 'latest' | number;

/** A Kafka client: the one seam between this room and any library that speaks Kafka. */
export interface KafkaDriver {
  /** `kafkajs`, `memory`. */
  readonly name: string;
  /** What a span shows as the destination's address. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
  consumer(options: ConsumerOptions, listener: ConsumerListener): KafkaConsumer;
  producer(options?: ProducerOptions): KafkaProducer;
  /** The topics among `names` that exist, with their number of partitions. Rejects while the broker is away. */
  describe(names: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Makes what does not exist yet; what exists is left as it is. */
  create(topics: readonly NewTopic[]): Promise<void>;
  /**
   * The offset by partition: of the first record there is, after the last one, or of the first that is not older than a time; of
   * a time after the last record, the end. Rejects with `TL_KAFKA_TOPIC_MISSING`, and while the broker is away.
   */
  offsets(topic: string, at: PlaceInTopic): Promise<ReadonlyMap<number, number>>;
  /** What a group has committed of a topic, by partition, whoever is its member; partitions without a commit are left out. */
  committed(group: string, topic: string): Promise<ReadonlyMap<number, Committed>>;
  /** How long a topic keeps its records, in milliseconds; `undefined` where it keeps them for ever. */
  retention(topic: string): Promise<number | undefined>;
  /** Closes what is left open. */
  close(): Promise<void>;
}
