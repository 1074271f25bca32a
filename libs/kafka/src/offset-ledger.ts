import type { Progress } from './commit-metadata.js';

const NONE: Progress = { done: [], failures: new Map() };

/**
 * What has been read of a partition and what is done with, from which follows the one thing that may be committed: the lowest
 * offset that is not done. Offsets may have gaps (compaction, transactions); they only ever rise.
 */
export class OffsetLedger {
  /** Offsets that were read, in order, from the lowest that is not done; what lies before `#head` is done and forgotten. */
  #pending: number[] = [];
  #head = 0;
  readonly #doneAbove = new Set<number>();
  readonly #failures: Map<number, number>;
  /** Done in an earlier life, and not read again yet. */
  readonly #doneBefore: Set<number>;
  #next: number;
  #version = 0;
  #committedVersion = 0;
  #committed: number;

  /**
   * @param start the first offset to be read; everything below is done
   * @param progress what was done above it, before a crash or a rebalance
   */
  constructor(start: number, { done, failures }: Progress = NONE) {
    this.#next = start;
    this.#committed = start;
    this.#doneBefore = new Set(done);
    this.#failures = new Map(failures);
  }

  /** The offset to be read next: what is below was read already, and is not taken twice. */
  get next(): number {
    return this.#next;
  }

  /** What a group that reads on from here would not miss: the lowest offset that is not done. */
  get committable(): number {
    return this.#pending[this.#head] ?? this.#next;
  }

  /** What is known above {@link committable}. */
  get progress(): Progress {
    const done = [...this.#doneAbove, ...this.#doneBefore].sort((a, b) => a - b);
    return { done, failures: new Map(this.#failures) };
  }

  /** How many changes there were: what a commit that has arrived is compared with. */
  get version(): number {
    return this.#version;
  }

  /** Whether there is something to commit. */
  get isDirty(): boolean {
    return this.#version > this.#committedVersion;
  }

  /** The last offset that the broker is known to have. */
  get committed(): number {
    return this.#committed;
  }

  /** Failed runs of a message, earlier lives included. */
  failuresOf(offset: number): number {
    return this.#failures.get(offset) ?? 0;
  }

  /** An offset was read. Whether it is still to be done. */
  begin(offset: number): boolean {
    this.#pending.push(offset);
    this.#next = offset + 1;
    if (!this.#doneBefore.delete(offset)) return true;
    this.done(offset);
    return false;
  }

  done(offset: number): void {
    this.#version += 1;
    this.#failures.delete(offset);
    if (offset !== this.#pending[this.#head]) {
      this.#doneAbove.add(offset);
      return;
    }
    this.#head += 1;
    for (
      let next = this.#pending[this.#head];
      next !== undefined && this.#doneAbove.delete(next);
      next = this.#pending[this.#head]
    ) {
      this.#head += 1;
    }
    this.#forgetWhatIsDone();
  }

  /** A message has failed so many times by now. */
  failed(offset: number, failures: number): void {
    this.#version += 1;
    this.#failures.set(offset, failures);
  }

  /** The broker has what there was at this version. */
  wasCommitted(offset: number, version: number): void {
    this.#committed = Math.max(this.#committed, offset);
    this.#committedVersion = Math.max(this.#committedVersion, version);
  }

  #forgetWhatIsDone(): void {
    if (this.#head === this.#pending.length) {
      this.#pending.length = 0;
      this.#head = 0;
    } else if (this.#head > 1_024 && this.#head * 2 > this.#pending.length) {
      this.#pending = this.#pending.slice(this.#head);
      this.#head = 0;
    }
  }
}
