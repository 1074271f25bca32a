/** The state of a source at its broker. */
export interface SourceState {
  /** Whether the broker responds and the source receives messages. */
  readonly isConnected: boolean;
  /** What is assigned to this process: the name of a queue, or the names of topic partitions (`topic/0`). */
  readonly assigned: readonly string[];
  /**
   * The number of unprocessed messages of each channel, by the channel's logical name. It includes the messages in this process,
   * and the messages in partitions that no process reads.
   */
  readonly lag: ReadonlyMap<string, number>;
}

/** The target of a seek: a point in time, or an offset of one partition. */
export type SeekTarget =
  'earliest' | 'latest' | Date | { readonly partition: number; readonly offset: number };
