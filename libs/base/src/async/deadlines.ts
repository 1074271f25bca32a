import { LinkedList, type LinkedNode } from '../lists/linked-list.js';
import { timerDelay } from './timer.js';

/** Something with a deadline. */
export interface Timed<T> extends LinkedNode<T> {
  /** The time, in milliseconds since the epoch, at which the item expires. `Infinity` if there is no deadline. */
  readonly until: number;
  expire(): void;
}

interface Due<T extends LinkedNode<T>> {
  readonly until: number;
  readonly timer: NodeJS.Timeout;
  readonly open: LinkedList<T>;
}

/** Calls `expire` of each item whose deadline has passed. Items with the same deadline share a timer. */
export class Deadlines<T extends Timed<T>> {
  readonly #due = new Map<number, Due<T>>();
  /** The deadline that was used last. It saves lookups, because most items have the same deadline as the item before. */
  #recent: Due<T> | undefined;

  add(timed: T): void {
    if (timed.until === Infinity) return;
    this.#dueAt(timed.until).open.add(timed);
  }

  /** Removes an item. Has no effect if the item has already expired. */
  remove(timed: T): void {
    const due = this.#find(timed.until);
    if (due === undefined) return;
    due.open.remove(timed);
    if (due.open.first !== undefined) return;
    clearTimeout(due.timer);
    this.#forget(due);
  }

  #dueAt(until: number): Due<T> {
    const known = this.#find(until);
    if (known !== undefined) return known;
    const timer = setTimeout(
      () => {
        this.#expire(due);
      },
      timerDelay(until - Date.now()),
    );
    const due: Due<T> = { until, open: new LinkedList<T>(), timer };
    this.#due.set(until, due);
    this.#recent = due;
    return due;
  }

  #find(until: number): Due<T> | undefined {
    if (this.#recent?.until !== until) this.#recent = this.#due.get(until);
    return this.#recent;
  }

  #expire(due: Due<T>): void {
    this.#forget(due);
    for (const timed of due.open) timed.expire();
  }

  #forget(due: Due<T>): void {
    this.#due.delete(due.until);
    if (this.#recent === due) this.#recent = undefined;
  }
}
