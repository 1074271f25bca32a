import type { PartitionCommit } from 'throughline/kafka';

/** A handler that has returned is settled a moment later: a commit counts for what ended this long before it, in milliseconds. */
const MARGIN = 50;

interface Ended {
  readonly job: string;
  readonly at: number;
}

/** Which jobs a commit has settled: on the safe side, so that the duplicates allowed are never too few. */
export class SettledJobs {
  readonly #ended = new Map<string, Ended[]>();

  /** @param messageId `topic/partition/offset` */
  ended(messageId: string, job: string): void {
    const partition = messageId.slice(0, messageId.lastIndexOf('/'));
    const ended = this.#ended.get(partition);
    const entry = { job, at: performance.now() };
    if (ended === undefined) this.#ended.set(partition, [entry]);
    else ended.push(entry);
  }

  /** The jobs of these partitions that a commit begun at `at` has settled; each is told once. */
  take(commits: readonly PartitionCommit[], at: number): string[] {
    return commits.flatMap(({ topic, partition }) => {
      const name = `${topic}/${partition}`;
      const ended = this.#ended.get(name) ?? [];
      const settled = ended.filter((one) => one.at + MARGIN <= at);
      this.#ended.set(name, ended.slice(settled.length));
      return settled.map(({ job }) => job);
    });
  }
}
