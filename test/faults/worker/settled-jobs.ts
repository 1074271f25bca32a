import type { PartitionCommit } from 'throughline/kafka';

/** A message is settled shortly after its handler returns. A commit counts for handlers that ended this long before it, in milliseconds. */
const MARGIN = 50;

interface Ended {
  readonly job: string;
  readonly at: number;
}

/** Estimates which jobs a commit has settled. It never reports too many, so the number of allowed duplicates is never too low. */
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

  /** The jobs of these partitions that a commit begun at `at` has settled; each is returned once. */
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
