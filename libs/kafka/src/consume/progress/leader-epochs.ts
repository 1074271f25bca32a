interface Epoch {
  /** The first offset of the epoch that was read. */
  readonly offset: number;
  readonly epoch: number;
}

/**
 * The leader epochs in which the records of a partition were written. With the epoch of the last record that it processed, a
 * consumer finds out whether a log was truncated below its position.
 */
export class LeaderEpochs {
  #epochs: readonly Epoch[];

  constructor(before?: { readonly offset: number; readonly leaderEpoch: number | undefined }) {
    this.#epochs =
      before?.leaderEpoch === undefined
        ? []
        : [{ offset: before.offset - 1, epoch: before.leaderEpoch }];
  }

  /** The epoch of the last record that was read, or -1 if it is unknown. */
  get latest(): number {
    return this.#epochs.at(-1)?.epoch ?? -1;
  }

  /** Reports a record that was read. Offsets and epochs ascend. -1 is an unknown epoch. */
  read(offset: number, epoch: number): void {
    if (epoch > this.latest) {
      this.#epochs = [...this.#epochs, { offset, epoch }];
    }
  }

  /** The epoch of the record before an offset, if it is known. */
  before(offset: number): number | undefined {
    return this.#epochs.findLast((one) => one.offset < offset)?.epoch;
  }

  /** Forgets the epochs that ended below an offset, which nobody asks for again. */
  forgetBelow(offset: number): void {
    if (this.#epochs.length < 2) return;
    const first = this.#epochs.findLastIndex((one) => one.offset < offset);
    if (first > 0) this.#epochs = this.#epochs.slice(first);
  }
}
