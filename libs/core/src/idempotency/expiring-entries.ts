/** What is known of a mark until it runs out. Times are in milliseconds, on the clock of `performance.now()`. */
export interface Mark {
  /** Who is at it; `undefined`: it is done. */
  readonly holder: string | undefined;
  readonly since: number;
  readonly span: number;
}

/** The marks of one length of time, the oldest first: they run out in the order in which they came. */
type Queue = Set<string>;

const firstOf = ([first]: Queue): readonly string[] => (first === undefined ? [] : [first]);
const endOf = ({ since, span }: Mark): number => since + span;

/** Marks that run out. What has run out and what is oldest is found at the heads of few queues, however many marks there are. */
export class ExpiringMarks {
  readonly #marks = new Map<string, Mark>();
  readonly #done = new Map<number, Queue>();
  readonly #held = new Map<number, Queue>();

  get size(): number {
    return this.#marks.size;
  }

  get(name: string): Mark | undefined {
    const mark = this.#marks.get(name);
    return mark !== undefined && endOf(mark) > performance.now() ? mark : undefined;
  }

  /** Milliseconds until it runs out. */
  left(mark: Mark): number {
    return endOf(mark) - performance.now();
  }

  /** Begins anew, for so many milliseconds from now on; without a holder it is done. */
  set(name: string, holder: string | undefined, span: number): void {
    this.delete(name);
    const mark = { holder, since: performance.now(), span };
    this.#marks.set(name, mark);
    const queues = this.#queuesOf(mark);
    const queue = queues.get(span) ?? new Set();
    queues.set(span, queue.add(name));
  }

  delete(name: string): void {
    const mark = this.#marks.get(name);
    if (mark === undefined) return;
    this.#marks.delete(name);
    const queues = this.#queuesOf(mark);
    const queue = queues.get(mark.span);
    queue?.delete(name);
    if (queue?.size === 0) queues.delete(mark.span);
  }

  clear(): void {
    for (const all of [this.#marks, this.#done, this.#held]) all.clear();
  }

  dropExpired(): void {
    for (const queue of [...this.#done.values(), ...this.#held.values()]) {
      for (const name of queue) {
        if (this.get(name) !== undefined) break;
        this.delete(name);
      }
    }
  }

  /** Forgets what has been done longest ago; `false` where nothing is done. */
  dropOldestDone(): boolean {
    const heads = [...this.#done.values()].flatMap(firstOf);
    const sinceOf = (name: string): number => this.#marks.get(name)?.since ?? Infinity;
    const [oldest] = heads.toSorted((one, other) => sinceOf(one) - sinceOf(other));
    if (oldest === undefined) return false;
    this.delete(oldest);
    return true;
  }

  #queuesOf({ holder }: Mark): Map<number, Queue> {
    return holder === undefined ? this.#done : this.#held;
  }
}
