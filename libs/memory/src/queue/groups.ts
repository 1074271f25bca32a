import type { QueueEntry } from './queue-entry.js';

/** A message group. Its messages are in the order in which they were sent. */
type Group = Set<QueueEntry>;

/**
 * The order in which a queue delivers its messages. In a FIFO queue, the messages of a group can be received only while none of
 * them is hidden. In a standard queue, each message is its own group.
 */
export class Groups {
  readonly #isFifo: boolean;
  /** The message groups by id. The `Map` keeps them in the order in which they take turns. */
  readonly #groups = new Map<string, Group>();

  constructor(isFifo: boolean) {
    this.#isFifo = isFifo;
  }

  /** Adds a message that has become visible. If it was hidden before, it keeps its place in its group. */
  add(entry: QueueEntry): void {
    const id = this.#idOf(entry);
    const group = this.#groups.get(id);
    if (group === undefined) this.#groups.set(id, new Set([entry]));
    else group.add(entry);
  }

  /**
   * Returns at most `most` messages that can be received now. Next time, other groups go first. The returned messages stay in
   * their groups until they are removed.
   */
  take(most: number): readonly QueueEntry[] {
    const taken: QueueEntry[] = [];
    const served: (readonly [string, Group])[] = [];
    for (const [id, group] of this.#groups) {
      if (taken.length >= most) break;
      const entries = [...group];
      if (entries.some(({ state }) => state !== 'visible')) continue;
      taken.push(...entries.slice(0, most - taken.length));
      served.push([id, group]);
    }
    for (const [id, group] of served) {
      this.#groups.delete(id);
      this.#groups.set(id, group);
    }
    return taken;
  }

  remove(entry: QueueEntry): void {
    const id = this.#idOf(entry);
    const group = this.#groups.get(id);
    group?.delete(entry);
    if (group?.size === 0) this.#groups.delete(id);
  }

  #idOf({ id, group }: QueueEntry): string {
    return this.#isFifo ? (group ?? id) : id;
  }
}
