import type { QueueEntry } from './queue-entry.js';

/** The messages of one group, in the order in which they were sent. */
type Group = Set<QueueEntry>;

/**
 * The order in which a queue hands out its messages. In a FIFO queue, a group has its turn while none of its messages is hidden;
 * in a standard queue, each message is a group of its own.
 */
export class Groups {
  readonly #isFifo: boolean;
  /** By their ids; a `Map` keeps them in the order in which they get their turn. */
  readonly #groups = new Map<string, Group>();

  constructor(isFifo: boolean) {
    this.#isFifo = isFifo;
  }

  /** A message that is visible. One that was hidden meanwhile has kept its place. */
  add(entry: QueueEntry): void {
    const id = this.#idOf(entry);
    const group = this.#groups.get(id);
    if (group === undefined) this.#groups.set(id, new Set([entry]));
    else group.add(entry);
  }

  /** The messages that may be received now, with other groups first next time. They stay in their groups until they are removed. */
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
