/** What can stand in a {@link LinkedList}: one at a time. */
export interface LinkedNode<T> {
  before: T | undefined;
  after: T | undefined;
}

/** What is under way, in the order in which it began. Whoever ends leaves at once, and nothing is hashed for it. */
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

  /** Nothing happens to one that stands in it no more. */
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
