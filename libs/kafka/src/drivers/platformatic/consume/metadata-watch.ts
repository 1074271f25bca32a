import type { Cluster } from '../cluster/cluster.js';
import type { ClusterMetadata } from '../cluster/metadata.js';

const shortestGap = 100;
const longestGap = 1_000;

/** Keeps the metadata of topics current: at an interval, and soon after something indicates that it is stale. */
export class MetadataWatch {
  #latest: ClusterMetadata;
  #timer: NodeJS.Timeout | undefined;
  #readAt = performance.now();
  #gap = shortestGap;
  #isStale = false;
  #isReading = false;
  #isOver = false;

  /** @param onRead called with new metadata. Returns whether it is sufficient. If it is not, the metadata is read again soon. */
  constructor(
    private readonly cluster: Cluster,
    private readonly topics: readonly string[],
    private readonly maxAge: number,
    latest: ClusterMetadata,
    private readonly onRead: (metadata: ClusterMetadata) => boolean,
  ) {
    this.#latest = latest;
    this.#schedule(maxAge);
  }

  get latest(): ClusterMetadata {
    return this.#latest;
  }

  /** Reads the metadata again soon. */
  refresh(): void {
    if (this.#isStale || this.#isOver) return;
    this.#isStale = true;
    if (!this.#isReading) this.#schedule(this.#gap - (performance.now() - this.#readAt));
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    if (!this.#isOver) this.#timer = setTimeout(() => void this.#read(), Math.max(0, delay));
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    this.#isStale = false;
    let isSufficient = false;
    try {
      const metadata = await this.cluster.metadata(this.topics);
      if (!this.#isOver && metadata.nodes.size > 0) {
        this.#latest = metadata;
        isSufficient = this.onRead(metadata);
      }
    } catch {
      // `Cluster` already reports that no broker responds.
    }
    this.#isReading = false;
    this.#readAt = performance.now();
    this.#gap = isSufficient ? shortestGap : Math.min(longestGap, this.#gap * 2);
    this.#schedule(isSufficient && !this.#isAskedFor() ? this.maxAge : this.#gap);
  }

  /** Whether the metadata was requested again while it was being read. */
  #isAskedFor(): boolean {
    return this.#isStale;
  }
}
