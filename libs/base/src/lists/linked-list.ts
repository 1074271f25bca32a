/** An element of a {@link LinkedList}. It can be in one list at a time. */
export interface LinkedNode<T> {
  before: T | undefined;
  after: T | undefined;
}

/** A list of items in the order in which they were added. Removing an item takes constant time and needs no lookup. */
export class LinkedList<T extends LinkedNode<T>> {
  #first: T | undefined;
  #last: T | undefined;

  get first(): T | undefined {
    return this.#first;
  }

  add(link: T): void {
    link.before = this.#last;
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
  }

  /** Removes an item from the list. Has no effect if the item is not in the list. */
  remove(link: T): void {
    const { before, after } = link;
    if (before === undefined && this.#first !== link) return;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    link.before = undefined;
    link.after = undefined;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let link = this.#first; link !== undefined;) {
      const { after } = link;
      yield link;
      link = after;
    }
  }
}
