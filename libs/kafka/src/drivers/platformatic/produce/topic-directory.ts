import type { Cluster } from '../cluster/cluster.js';
import type { TopicMetadata } from '../cluster/metadata.js';

interface Entry {
  readonly metadata: TopicMetadata;
  readonly readAt: number;
}

/** The metadata of the topics to which a producer sends. */
export class TopicDirectory {
  readonly #entries = new Map<string, Entry>();
  readonly #wanted = new Set<string>();
  #reading: Promise<void> | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly maxAge: number,
  ) {}

  /** Returns the latest known metadata of a topic, without a request. */
  known(topic: string): TopicMetadata | undefined {
    return this.#entries.get(topic)?.metadata;
  }

  /**
   * Returns the metadata of a topic. The metadata's error says whether the topic exists. Old metadata is read again in the
   * background.
   */
  async find(topic: string): Promise<TopicMetadata> {
    const entry = this.#entries.get(topic);
    if (entry?.metadata.error === 0) {
      const isOld = performance.now() - entry.readAt > this.maxAge;
      if (isOld) this.refresh(topic).catch(() => undefined);
      return entry.metadata;
    }
    await this.refresh(topic);
    return this.#entries.get(topic)?.metadata ?? missing;
  }

  /** Reads the metadata of a topic. */
  async refresh(topic: string): Promise<void> {
    this.#wanted.add(topic);
    // A read in progress began earlier, and may not include the topic.
    if (this.#reading !== undefined) await this.#reading.catch(() => undefined);
    if (!this.#wanted.has(topic)) return;
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async #read(): Promise<void> {
    const names = [...this.#wanted];
    const { topics } = await this.cluster.metadata(names);
    for (const name of names) {
      this.#wanted.delete(name);
      this.#entries.set(name, { metadata: topics.get(name) ?? missing, readAt: performance.now() });
    }
  }
}

const UNKNOWN_TOPIC_OR_PARTITION = 3;
const missing: TopicMetadata = { id: '', error: UNKNOWN_TOPIC_OR_PARTITION, partitions: [] };
