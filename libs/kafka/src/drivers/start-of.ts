import type { Committed, ConsumerOptions, LogState } from '../driver.js';

/** The facts that decide where a group starts reading a partition. */
export interface StartFacts {
  readonly committed: Committed | undefined;
  readonly log: LogState;
  readonly from: ConsumerOptions['from'];
  /** Whether the group has committed any partition of the topic. If it has, a partition without a commit is new. */
  readonly isTopicKnown: boolean;
}

/**
 * Returns the offset that a group reads first. The offset may lie above the reported end of the log, because after a restart a
 * broker reports an end that is too low until its replicas have caught up. Only the response to a fetch shows that an offset does
 * not exist.
 */
export function startOf({ committed, log, from, isTopicKnown }: StartFacts): number {
  if (committed !== undefined) {
    return Math.max(committed.offset, log.start);
  }
  return from === 'earliest' || isTopicKnown ? log.start : log.end;
}
