import type { Socket } from 'node:net';

/** The types of kafkajs's internals (2.2.4), as far as the driver uses them. */

export interface Connection {
  isConnected(): boolean;
  readonly socket?: Socket;
  /** How long the login is valid, in milliseconds. 0: as long as the connection. */
  readonly sessionLifetime: { toNumber(): number };
  rejectRequests(error: Error): void;
  disconnect(): Promise<unknown>;
}

export interface ProtocolRequest {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion?: number;
    readonly apiName?: string;
    encode?(): Promise<object>;
  };
  readonly response: {
    decode(bytes: Buffer): Promise<unknown>;
    parse(decoded: unknown): Promise<unknown>;
  };
}

export interface ConnectionPool {
  getConnection(index?: number): Promise<Connection>;
  send(request: ProtocolRequest): Promise<unknown>;
}

export interface Broker {
  readonly connectionPool: ConnectionPool;
  /** The versions of each request that the broker supports, by the request's number. */
  readonly versions: Readonly<
    Record<number, { readonly minVersion: number; readonly maxVersion: number } | undefined>
  > | null;
}

export interface OffsetsOf<P> {
  readonly topic: string;
  readonly partitions: readonly P[];
}

export interface Cluster {
  readonly targetTopics: Set<string>;
  readonly connectionPoolBuilder: { build(to?: object): Promise<ConnectionPool> };
  refreshMetadata(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  findControllerBroker(): Promise<
    Broker & { metadata(topics: readonly string[]): Promise<unknown> }
  >;
  findBroker(broker: { readonly nodeId: string }): Promise<Broker & Coordinator>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
  findLeaderForPartitions(
    topic: string,
    partitions: readonly number[],
  ): Readonly<Record<string, readonly number[]>>;
  findGroupCoordinator(group: { readonly groupId: string }): Promise<Coordinator>;
  fetchTopicsOffset(
    topics: readonly (OffsetsOf<{ readonly partition: number }> & { fromBeginning: boolean })[],
  ): Promise<readonly OffsetsOf<{ readonly partition: number; readonly offset: string }>[]>;
}

export interface Coordinator {
  readonly nodeId: string;
  isConnected(): boolean;
  heartbeat(member: object): Promise<unknown>;
  offsetCommit(commit: object): Promise<unknown>;
  offsetFetch(request: object): Promise<{
    readonly responses: readonly OffsetsOf<{
      readonly partition: number;
      readonly offset: string;
      readonly metadata: string | null;
    }>[];
  }>;
}

export interface KafkaJsPartitions {
  topic: string;
  partitions: number[];
}

export interface ConsumerGroup {
  readonly cluster: Cluster;
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string | null;
  readonly coordinator: Coordinator;
  /** The topics that the next join subscribes to. */
  topicsSubscribed: readonly string[];
  /** The maximum time that a fetch waits for records, in milliseconds. */
  maxWaitTime: number;
  assigned(): readonly Readonly<KafkaJsPartitions>[];
  leave: () => Promise<void>;
  seek(to: { topic: string; partition: number; offset: string }): void;
  pause(partitions: readonly KafkaJsPartitions[]): void;
  resume(partitions: readonly KafkaJsPartitions[]): void;
  /** The topics of which partitions are paused. */
  paused: () => readonly unknown[];
  /** Whether a seek has not been applied yet. */
  hasSeekOffset(partition: { topic: string; partition: number }): boolean;
}

export interface ConsumerGroupPrototype {
  joinAndSync: (this: ConsumerGroup) => Promise<void>;
  fetch: (this: ConsumerGroup, nodeId: string) => Promise<unknown[]>;
  paused: (this: ConsumerGroup) => readonly unknown[];
  recoverFromFetch: (this: ConsumerGroup, error: Error) => Promise<void>;
}

/** Reads one header of a record. */
export type HeaderReader = (decoder: DecoderPrototype) => {
  readonly key: string;
  readonly value: Buffer | null;
};

export interface DecoderPrototype {
  readVarInt(): number;
  readVarIntArray: (this: DecoderPrototype, reader: unknown) => unknown;
}

export type RecordDecoder = (
  decoder: DecoderPrototype,
  batch: { readonly firstOffset: string; readonly firstTimestamp: string },
) => { readonly headers: Readonly<Record<string, unknown>> };

export interface RequestQueuePrototype {
  scheduleCheckPendingRequests: (this: { readonly pending: readonly unknown[] }) => void;
  scheduleRequestTimeoutCheck: (this: RequestQueue) => void;
}

/** The requests of one connection that the broker has not answered. */
export interface RequestQueue {
  readonly enforceRequestTimeout: boolean;
  /** In milliseconds. */
  readonly requestTimeout: number;
  readonly inflight: ReadonlyMap<number, InFlightRequest>;
  requestTimeoutIntervalId: NodeJS.Timeout | null;
  isConnected: () => boolean;
  /** Ends the timers. */
  destroy: () => void;
}

interface InFlightRequest {
  readonly sentAt: number;
  readonly requestTimeout: number;
  timeoutRequest: () => void;
}
