import type { Progress } from './progress-bytes.js';

const NONE: Progress = { done: [], failures: new Map() };

/**
 * Records which offsets of a partition were read and which were processed. The offset to commit is the lowest one that is not
 * processed. Offsets are ascending and may have gaps (compaction, transactions).
 */
export class OffsetLedger {
  /** The offsets that were read, in order, starting with the lowest unprocessed one. Entries before `#head` are processed. */
  #pending: number[] = [];
  #head = 0;
  readonly #doneAbove = new Set<number>();
  readonly #failures: Map<number, number>;
  /** The offsets that were processed before a crash or a rebalance and have not been read again yet. */
  readonly #doneBefore: Set<number>;
  #next: number;
  #version = 0;
  #committedVersion = 0;
  #wasMoved = false;
  #committed: number;

  /**
   * @param start the first offset to read. Everything below it is done.
   * @param progress what was done above `start`, before a crash or a rebalance
   */
  constructor(start: number, { done, failures }: Progress = NONE) {
    this.#next = start;
    this.#committed = start;
    this.#doneBefore = new Set(done);
    this.#failures = new Map(failures);
  }

  /** Returns the ledger after a seek. Its start has to be committed before any message is processed. */
  static movedTo(start: number, progress?: Progress): OffsetLedger {
    const ledger = new OffsetLedger(start, progress);
    ledger.#version = 1;
    ledger.#wasMoved = true;
    return ledger;
  }

  /** The offset of the next record to read. Records below this offset were already read and are skipped. */
  get next(): number {
    return this.#next;
  }

  /** The offset to commit: the lowest unprocessed one. A group that continues from this offset misses no message. */
  get committable(): number {
    return this.#pending[this.#head] ?? this.#next;
  }

  /** The progress above the {@link committable} offset. */
  get progress(): Progress {
    const done = [...this.#doneAbove, ...this.#doneBefore].sort((a, b) => a - b);
    return { done, failures: new Map(this.#failures) };
  }

  /** Returns what a commit would contain if the given offsets were processed as well. */
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

  /** The number of processed messages above the {@link committable} offset. */
  get doneAbove(): number {
    return this.#doneAbove.size + this.#doneBefore.size;
  }

  /**
   * The version of the progress, which is the number of changes so far. It shows whether a successful commit is still up to date.
   */
  get version(): number {
    return this.#version;
  }

  /** Whether there is progress that has not been committed. */
  get isDirty(): boolean {
    return this.#version > this.#committedVersion;
  }

  /** Whether the broker has acknowledged a commit of this ledger. */
  get wasEverCommitted(): boolean {
    return this.#committedVersion > 0;
  }

  /** Whether a seek has not been committed yet. */
  get isMovePending(): boolean {
    return this.#wasMoved && this.#committedVersion === 0;
  }

  /** The highest offset whose commit the broker has acknowledged. */
  get committed(): number {
    return this.#committed;
  }

  /** Returns the number of failed runs of a message, including those before a crash or a rebalance. */
  failuresOf(offset: number): number {
    return this.#failures.get(offset) ?? 0;
  }

  /** Records that an offset was read. Returns whether the message at this offset still has to be handled. */
  begin(offset: number): boolean {
    if (offset > this.#next) this.#forgetUntil(offset);
    this.#pending.push(offset);
    this.#next = offset + 1;
    if (!this.#doneBefore.delete(offset)) return true;
    this.done(offset);
    return false;
  }

  /** Records that all offsets below this one were read, or do not exist. */
  skipTo(offset: number): void {
    if (offset <= this.#next) return;
    this.#forgetUntil(offset);
    this.#next = offset;
  }

  /** Requests a commit although no message was processed, for example because the latest offsets have no records. */
  demandCommit(): void {
    this.#version += 1;
  }

  /**
   * Returns a ledger for a log that has lost its records from an offset on. Messages in progress below that offset run again. The
   * new ledger ignores all runs in progress, because some may belong to lost records.
   */
  truncatedTo(offset: number): OffsetLedger {
    const start = Math.min(this.committable, offset);
    const { done, failures } = this.progress;
    return OffsetLedger.movedTo(start, {
      done: done.filter((one) => one < offset),
      failures: new Map([...failures].filter(([one]) => one < offset)),
    });
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

  /** Records how many runs of a message have failed so far. */
  failed(offset: number, failures: number): void {
    this.#version += 1;
    this.#failures.set(offset, failures);
  }

  /** Records that the broker has acknowledged the commit of this version of the progress. */
  wasCommitted(offset: number, version: number): void {
    this.#committed = Math.max(this.#committed, offset);
    this.#committedVersion = Math.max(this.#committedVersion, version);
  }

  /**
   * Drops the progress of offsets that retention or compaction has removed. A commit describes only records that can still be read.
   */
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
