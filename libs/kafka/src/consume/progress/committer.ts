import { sentenceOf, OwnLog } from '#base';
import type { KafkaConsumer } from '../../driver.js';
import type { Partition } from '../partitions/partition.js';

const INTERVAL = 1_000;
const MAX_UNCOMMITTED = 1_000;

/** Commits the progress of all partitions that are still assigned, every second and after every thousand messages. */
export class Committer {
  readonly #partitions: () => Iterable<Partition>;
  readonly #commit: KafkaConsumer['commit'];
  readonly #onCommit: (partitions: readonly Partition[]) => void;
  readonly #log = new OwnLog('Throughline');
  #done = 0;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #inProgress: Promise<void> | undefined;

  /** @param onCommit called with the partitions that are about to be committed, and again once they are */
  constructor(
    partitions: () => Iterable<Partition>,
    commit: KafkaConsumer['commit'],
    onCommit: (partitions: readonly Partition[]) => void,
  ) {
    this.#partitions = partitions;
    this.#commit = commit;
    this.#onCommit = onCommit;
  }

  /** Counts processed messages. Commits their offsets immediately if there are enough of them. Otherwise, schedules a commit. */
  count(done: number): void {
    this.#done += done;
    if (this.#done >= MAX_UNCOMMITTED) void this.commitNow();
    else this.#scheduleCommit();
  }

  /**
   * Commits the progress of all partitions now. Resolves even if the commit fails, because the next commit contains the same
   * progress and more.
   */
  async commitNow(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#done = 0;
    while (this.#inProgress !== undefined) await this.#inProgress;
    this.#inProgress = this.#commitDirty().finally(() => (this.#inProgress = undefined));
    await this.#inProgress;
  }

  /**
   * Stops committing. If a run finishes after this call, its result is not committed, and another member runs the message again.
   */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #commitDirty(): Promise<void> {
    const dirty = [...this.#partitions()].filter(({ isOurs, ledger }) => isOurs && ledger.isDirty);
    if (dirty.length === 0) return;
    const versions = dirty.map(({ ledger }) => ledger.version);
    const commits = dirty.map((partition) => partition.commit());
    this.#onCommit(dirty);
    try {
      await this.#commit(commits);
      dirty.forEach(({ ledger }, index) => {
        ledger.wasCommitted(commits[index]?.offset ?? 0, versions[index] ?? 0);
      });
      this.#onCommit(dirty);
    } catch (error) {
      this.#log.debug(
        `Throughline could not commit the offsets for ${dirty.map(({ origin }) => origin.name).join(', ')}: ${sentenceOf(error)} The next commit will include these offsets.`,
      );
      this.#scheduleCommit();
    }
  }

  #scheduleCommit(): void {
    if (!this.#isClosed) this.#timer ??= setTimeout(() => void this.commitNow(), INTERVAL);
  }
}
