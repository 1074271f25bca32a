/** An entry that expires. Times are in milliseconds, on the clock of `performance.now()`. */
export interface Entry {
  /** The id of the run that holds the lease. `undefined` means that the work is completed. */
  readonly holder: string | undefined;
  readonly since: number;
  readonly span: number;
}

/** A list of entries with the same lifetime, oldest first. Entries expire in insertion order. */
type ByAge = Set<string>;

const firstOf = ([first]: ByAge): readonly string[] => (first === undefined ? [] : [first]);
const endOf = ({ since, span }: Entry): number => since + span;

/**
 * A collection of entries that expire. Entries with the same lifetime are in one list, oldest first. The expired entries and the
 * oldest entry are therefore always at the heads of a few lists.
 */
export class ExpiringEntries {
  readonly #entries = new Map<string, Entry>();
  readonly #done = new Map<number, ByAge>();
  readonly #held = new Map<number, ByAge>();

  get size(): number {
    return this.#entries.size;
  }

  get(name: string): Entry | undefined {
    const entry = this.#entries.get(name);
    return entry !== undefined && endOf(entry) > performance.now() ? entry : undefined;
  }

  /** Returns the number of milliseconds until the entry expires. */
  left(entry: Entry): number {
    return endOf(entry) - performance.now();
  }

  /** Sets an entry that expires after `span` milliseconds. Without a holder, the work is completed. */
  set(name: string, holder: string | undefined, span: number): void {
    this.delete(name);
    const entry = { holder, since: performance.now(), span };
    this.#entries.set(name, entry);
    const lists = this.#listsOf(entry);
    const list = lists.get(span) ?? new Set();
    lists.set(span, list.add(name));
  }

  delete(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    const lists = this.#listsOf(entry);
    const list = lists.get(entry.span);
    list?.delete(name);
    if (list?.size === 0) lists.delete(entry.span);
  }

  clear(): void {
    for (const all of [this.#entries, this.#done, this.#held]) all.clear();
  }

  dropExpired(): void {
    for (const list of [...this.#done.values(), ...this.#held.values()]) {
      for (const name of list) {
        if (this.get(name) !== undefined) break;
        this.delete(name);
      }
    }
  }

  /** Removes the oldest entry whose work is completed. Returns `false` if there is none. */
  dropOldestDone(): boolean {
    const heads = [...this.#done.values()].flatMap(firstOf);
    const sinceOf = (name: string): number => this.#entries.get(name)?.since ?? Infinity;
    const [oldest] = heads.toSorted((one, other) => sinceOf(one) - sinceOf(other));
    if (oldest === undefined) return false;
    this.delete(oldest);
    return true;
  }

  #listsOf({ holder }: Entry): Map<number, ByAge> {
    return holder === undefined ? this.#done : this.#held;
  }
}
