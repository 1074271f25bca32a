interface Epoch {
  /** The first offset that was read in the epoch. */
  readonly offset: number;
  readonly epoch: number;
}

/**
 * The leader epochs in which the records of a partition were written. If a consumer knows the epoch of the last record that it has
 * processed, it can find out whether the log was truncated below its position.
 */
export class LeaderEpochs {
  #epochs: readonly Epoch[];

  constructor(before?: { readonly offset: number; readonly leaderEpoch: number | undefined }) {
    this.#epochs =
      before?.leaderEpoch === undefined
        ? []
        : [{ offset: before.offset - 1, epoch: before.leaderEpoch }];
  }

  /** The epoch of the last record that was read, or -1 if unknown. */
  get latest(): number {
    return this.#epochs.at(-1)?.epoch ?? -1;
  }

  /** Records the epoch of a record that was read. Offsets and epochs are ascending. -1 stands for an unknown epoch. */
  read(offset: number, epoch: number): void {
    if (epoch > this.latest) {
      this.#epochs = [...this.#epochs, { offset, epoch }];
    }
  }

  /** The epoch of the record before an offset, if it is known. */
  before(offset: number): number | undefined {
    return this.#epochs.findLast((one) => one.offset < offset)?.epoch;
  }

  /** Forgets the epochs that ended below an offset, because they are no longer needed. */
  forgetBelow(offset: number): void {
    if (this.#epochs.length < 2) return;
    const first = this.#epochs.findLastIndex((one) => one.offset < offset);
    if (first > 0) this.#epochs = this.#epochs.slice(first);
  }
}
