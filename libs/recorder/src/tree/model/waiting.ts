import type { Entry } from './entries.js';
import type { Branch } from './forest.js';

/** The time from the send of a message, or its last failed attempt, to the start of its run. */
export interface Waiting {
  readonly fromMs: number;
  readonly ms: number;
  /** The channel in which it waited. `null` between two attempts. */
  readonly place: 'queue' | 'topic' | null;
}

const placeOf = (entry: Entry, parent: Entry | null): 'queue' | 'topic' =>
  /kafka/i.test(`${parent?.subtype ?? ''} ${entry.framework} ${entry.name}`) ? 'topic' : 'queue';

/** The previous attempt of the same message, which has the same parent. */
function previousAttempt(entry: Entry, siblings: readonly Branch[]): Entry | undefined {
  return siblings
    .map((sibling) => sibling.entry)
    .filter(
      (other) =>
        other.kind === 'transaction' && other.name === entry.name && other.attempt < entry.attempt,
    )
    .at(-1);
}

/** How long a messaging transaction waited: the time since its send span ended, or its reported age if the parent is elsewhere. */
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
