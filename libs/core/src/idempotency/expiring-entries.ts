/** What is known of an entry until it runs out. Times are in milliseconds, on the clock of `performance.now()`. */
export interface Entry {
  /** Who is at it; `undefined`: it is done. */
  readonly holder: string | undefined;
  readonly since: number;
  readonly span: number;
}

/** The entries of one length of time, the oldest first: they run out in the order in which they came. */
type ByAge = Set<string>;

const firstOf = ([first]: ByAge): readonly string[] => (first === undefined ? [] : [first]);
const endOf = ({ since, span }: Entry): number => since + span;

/** Entries that run out. What has run out and what is oldest is found at the heads of few lists, however many entries there are. */
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

  /** Milliseconds until it runs out. */
  left(entry: Entry): number {
    return endOf(entry) - performance.now();
  }

  /** Begins anew, for so many milliseconds from now on; without a holder it is done. */
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

  /** Forgets what has been done longest ago; `false` where nothing is done. */
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
