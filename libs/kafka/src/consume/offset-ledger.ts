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
  #wasMoved = false;
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

  /** A ledger that begins elsewhere than where its group has committed: that is to be committed before anything is done. */
  static movedTo(start: number): OffsetLedger {
    const ledger = new OffsetLedger(start);
    ledger.#version = 1;
    ledger.#wasMoved = true;
    return ledger;
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

  /** What a commit would say, were these done as well. */
  commitWith(offsets: readonly number[]): { readonly offset: number; readonly progress: Progress } {
    const done = new Set([...this.#doneAbove, ...this.#doneBefore, ...offsets]);
    let head = this.#head;
    for (
      let next = this.#pending[head];
      next !== undefined && done.delete(next);
      next = this.#pending[head]
    ) {
      head += 1;
    }
    const progress = { done: [...done].sort((a, b) => a - b), failures: new Map(this.#failures) };
    return { offset: this.#pending[head] ?? this.#next, progress };
  }

  /** How many messages above {@link committable} are done. */
  get doneAbove(): number {
    return this.#doneAbove.size + this.#doneBefore.size;
  }

  /** How many changes there were: what a commit that has arrived is compared with. */
  get version(): number {
    return this.#version;
  }

  /** Whether there is something to commit. */
  get isDirty(): boolean {
    return this.#version > this.#committedVersion;
  }

  /** Whether it begins elsewhere than where the broker believes. */
  get isMovePending(): boolean {
    return this.#wasMoved && this.#committedVersion === 0;
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
    if (offset > this.#next) this.#forgetUntil(offset);
    this.#pending.push(offset);
    this.#next = offset + 1;
    if (!this.#doneBefore.delete(offset)) return true;
    this.done(offset);
    return false;
  }

  /** There is nothing more to be read before this offset. */
  skipTo(offset: number): void {
    if (offset <= this.#next) return;
    this.#forgetUntil(offset);
    this.#next = offset;
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

  /** What retention or compaction has removed before it was read again is no longer known of: a commit speaks of what it reads. */
  #forgetUntil(offset: number): void {
    for (const gone of this.#doneBefore) if (gone < offset) this.#doneBefore.delete(gone);
    for (const gone of this.#failures.keys()) {
      if (gone >= this.#next && gone < offset) this.#failures.delete(gone);
    }
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
