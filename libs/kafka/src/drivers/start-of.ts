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
 * Returns the offset that a group reads first. It may lie above the end of the log: after a restart, a broker reports an end that is
 * too low until its replicas have caught up. Only the answer to a fetch shows that an offset does not exist.
 */
export function startOf({ committed, log, from, isTopicKnown }: StartFacts): number {
  if (committed !== undefined) {
    return Math.max(committed.offset, log.start);
  }
  return from === 'earliest' || isTopicKnown ? log.start : log.end;
}
