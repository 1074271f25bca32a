import type { Entry } from './entries.js';
import type { Branch } from './forest.js';

/** The time that a message waited: from its send, or from its last failed attempt, to the start of its run. */
export interface Waiting {
  readonly fromMs: number;
  readonly ms: number;
  /** The channel in which the message waited. `null` for the wait between two attempts. */
  readonly place: 'queue' | 'topic' | null;
}

const placeOf = (entry: Entry, parent: Entry | null): 'queue' | 'topic' =>
  /kafka/i.test(`${parent?.subtype ?? ''} ${entry.framework} ${entry.name}`) ? 'topic' : 'queue';

/** Returns the previous attempt of the same message. It has the same parent as this attempt. */
function previousAttempt(entry: Entry, siblings: readonly Branch[]): Entry | undefined {
  return siblings
    .map((sibling) => sibling.entry)
    .filter(
      (other) =>
        other.kind === 'transaction' && other.name === entry.name && other.attempt < entry.attempt,
    )
    .at(-1);
}

/**
 * Returns how long the message of a transaction waited: the time since the span of its send ended. If that span is in another
 * recorder, returns the age that the message reported.
 */
export function waitingOf({ entry, parent }: Branch, siblings: readonly Branch[]): Waiting | null {
  if (entry.kind !== 'transaction' || entry.type !== 'messaging') return null;
  const previous = entry.attempt > 1 ? previousAttempt(entry, siblings) : undefined;
  const sent = parent?.kind === 'span' ? parent.endMs : undefined;
  const aged = entry.ageMs === null ? undefined : entry.startMs - Math.max(0, entry.ageMs);
  const fromMs = previous?.endMs ?? sent ?? aged;
  if (fromMs === undefined || fromMs >= entry.startMs) return null;
  const place = previous === undefined ? placeOf(entry, parent) : null;
  return { fromMs, ms: entry.startMs - fromMs, place };
}
