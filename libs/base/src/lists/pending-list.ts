/** A queue whose operations take constant time. `Array.shift`, in contrast, moves all remaining elements. */
export class PendingList<T> {
  #items: T[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  peek(): T | undefined {
    return this.#items[this.#head];
  }

  /** Returns the first `count` elements without removing them. */
  first(count: number): T[] {
    return this.#items.slice(this.#head, this.#head + count);
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#head++];
    this.#forgetWhatWasTaken();
    return item;
  }

  #forgetWhatWasTaken(): void {
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    } else {
      (this.#items as (T | undefined)[])[this.#head - 1] = undefined;
    }
  }
}
