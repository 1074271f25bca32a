import { reasonOf, OwnLog } from '#base';
import type { KafkaConsumer } from '../driver.js';
import type { Partition } from './partition.js';

const INTERVAL = 1_000;
const MAX_UNCOMMITTED = 1_000;

/** Commits what is done, every second or every thousand messages; of a partition that is gone, nothing. */
export class Committer {
  readonly #partitions: () => Iterable<Partition>;
  readonly #commit: KafkaConsumer['commit'];
  readonly #onCommit: (partitions: readonly Partition[]) => void;
  readonly #log = new OwnLog('Throughline');
  #done = 0;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #inProgress: Promise<void> | undefined;

  /** @param onCommit is told of partitions that are about to be committed, and again of those that were */
  constructor(
    partitions: () => Iterable<Partition>,
    commit: KafkaConsumer['commit'],
    onCommit: (partitions: readonly Partition[]) => void,
  ) {
    this.#partitions = partitions;
    this.#commit = commit;
    this.#onCommit = onCommit;
  }

  /** So many messages more are done. */
  count(done: number): void {
    this.#done += done;
    if (this.#done >= MAX_UNCOMMITTED) void this.commitNow();
    else this.#scheduleCommit();
  }

  /** Commits all that is done by now; resolves also where it failed, since the next commit says the same and more. */
  async commitNow(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#done = 0;
    while (this.#inProgress !== undefined) await this.#inProgress;
    this.#inProgress = this.#commitDirty().finally(() => (this.#inProgress = undefined));
    await this.#inProgress;
  }

  /** Commits nothing any more: what a run that outlived the stop comes to, another member does again. */
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
        `A commit did not reach Kafka, the next one says the same: ${reasonOf(error)}`,
      );
      this.#scheduleCommit();
    }
  }

  #scheduleCommit(): void {
    if (!this.#isClosed) this.#timer ??= setTimeout(() => void this.commitNow(), INTERVAL);
  }
}
