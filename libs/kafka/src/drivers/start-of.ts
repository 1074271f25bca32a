import type { Committed, ConsumerOptions, LogState } from '../driver.js';

/** What decides where a group starts to read a partition. */
export interface StartFacts {
  readonly committed: Committed | undefined;
  readonly log: LogState;
  readonly from: ConsumerOptions['from'];
  /** Whether the group has committed any partition of the topic. If it has, a partition without a commit is new. */
  readonly isTopicKnown: boolean;
}

/**
 * Returns the offset that a group reads first. A commit outside the log says nothing about it, so reading starts at the beginning:
 * in doubt, a message is processed twice.
 */
export function startOf({ committed, log, from, isTopicKnown }: StartFacts): number {
  if (committed !== undefined) {
    const isInLog = committed.offset >= log.start && committed.offset <= log.end;
    return isInLog ? committed.offset : log.start;
  }
  return from === 'earliest' || isTopicKnown ? log.start : log.end;
}
