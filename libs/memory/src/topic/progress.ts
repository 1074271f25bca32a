/** The progress of a group in a partition: which records were processed, and how often pending records have failed. */
export class Progress {
  readonly #doneAbove = new Set<number>();
  readonly #failures = new Map<number, number>();
  #position: number;

  constructor(position: number) {
    this.#position = position;
  }

  /** The lowest offset whose record has not been processed. */
  get position(): number {
    return this.#position;
  }

  /** Returns how many records below the given end are unprocessed. */
  left(end: number): number {
    return end - this.#position - this.#doneAbove.size;
  }

  isDone(offset: number): boolean {
    return offset < this.#position || this.#doneAbove.has(offset);
  }

  done(offset: number): void {
    if (this.isDone(offset)) return;
    this.#failures.delete(offset);
    this.#doneAbove.add(offset);
    while (this.#doneAbove.delete(this.#position)) this.#position += 1;
  }

  failuresOf(offset: number): number {
    return this.#failures.get(offset) ?? 0;
  }

  failed(offset: number, failures: number): void {
    if (!this.isDone(offset)) this.#failures.set(offset, failures);
  }
}
