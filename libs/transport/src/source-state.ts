/** How a source stands with its broker. */
export interface SourceState {
  /** Whether the broker answers, and the source takes messages from it. */
  readonly isConnected: boolean;
  /** What is this process' own: the queue, or the topic-partitions (`topic/0`). */
  readonly assigned: readonly string[];
  /** For each channel, by its logical name, how many of its messages are not done yet, here or waiting with the broker. */
  readonly lag: ReadonlyMap<string, number>;
}

/** Where a group reads on: at a place in time, or at an offset of one partition. */
export type SeekTarget =
  'earliest' | 'latest' | Date | { readonly partition: number; readonly offset: number };
