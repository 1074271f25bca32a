import type { TopicPartition } from '../../../driver.js';
import type { Membership } from '../../membership.js';
import type { ConsumerGroup } from '../internals/internal-types.js';
import { fetchTopics } from '../internals/log-requests.js';
import { toKafkaError } from '../kafka-errors.js';
import { HeldTopics } from './held-topics.js';
import type { TopicWatch } from './topic-watch.js';

/** The dependencies of a session's topics. */
export interface SubscribedTopicsParts {
  readonly watch: TopicWatch;
  readonly membership: Membership;
  /** The partitions that are assigned to the member now. */
  readonly partitions: () => readonly TopicPartition[];
  readonly pause: (partitions: readonly TopicPartition[]) => void;
  readonly resume: (partitions: readonly TopicPartition[]) => void;
}

/** The topics that a member subscribes to. These are the topics that can be read now. */
export class SubscribedTopics {
  readonly #parts: SubscribedTopicsParts;
  readonly #held: HeldTopics;
  #group: ConsumerGroup | undefined;
  #mustRejoin = false;

  constructor(parts: SubscribedTopicsParts) {
    this.#parts = parts;
    this.#held = new HeldTopics({
      pauseTopic: (topic) => parts.pause(this.#partitionsOf(topic)),
      resumeTopic: (topic) => parts.resume(this.#partitionsOf(topic)),
      topicFailed: (topic, error) => parts.membership.topicFailed(topic, error),
      topicRecovered: (topic) => parts.membership.topicRecovered(topic),
    });
  }

  /** Whether the topics have changed since the last join. */
  get mustRejoin(): boolean {
    return this.#mustRejoin;
  }

  /** The assigned partitions that must not be fetched now, because their topic cannot be read. */
  get heldPartitions(): readonly TopicPartition[] {
    return this.#parts.partitions().filter(({ topic }) => this.#held.has(topic));
  }

  /** Whether there are topics that could not be read and have not recovered. */
  get hasFailed(): boolean {
    return !this.#held.isEmpty;
  }

  isHeld(topic: string): boolean {
    return this.#held.has(topic);
  }

  /** Subscribes the group to the topics that can be read, with its next join. */
  async beforeJoin(group: ConsumerGroup): Promise<void> {
    this.#group = group;
    this.#mustRejoin = false;
    if (this.#isSubscribed(group)) return;
    const { readable } = this.#parts.watch;
    this.#held.keepOnly(readable);
    group.topicsSubscribed = readable;
    group.cluster.targetTopics.clear();
    for (const topic of readable) group.cluster.targetTopics.add(topic);
    await group.cluster.refreshMetadata();
  }

  /** Reads the ids of the topics. If a topic disappeared in the meantime, the member joins again without the topic. */
  async afterJoin(group: ConsumerGroup): Promise<void> {
    await this.#parts.watch.look(group.cluster);
    this.#mustRejoin = !this.#isSubscribed(group);
  }

  /** Checks the topics. A check that fails is repeated later. */
  async look(): Promise<void> {
    const { watch, membership } = this.#parts;
    if (this.#group === undefined || membership.isOut) return;
    const seen = await watch.look(this.#group.cluster).catch(() => 'same');
    if (seen === 'changed') this.#mustRejoin = true;
  }

  /** Finds out which topics are missing or denied. Resolves with whether other topics can still be read. */
  async canGoOnWithout(): Promise<boolean> {
    if (this.#group === undefined) return false;
    await this.#parts.watch.look(this.#group.cluster).catch(() => undefined);
    return !this.#isSubscribed(this.#group);
  }

  /** Stops reading a topic for a while. */
  hold(topic: string, error: Error): void {
    this.#held.hold(topic, toKafkaError(error, `Reading the topic ${topic}`));
  }

  /** Stops reading a topic for a while, but only if the member can read others. Returns whether it can. */
  holdIfOthers(topic: string, error: Error): boolean {
    const others = this.#parts
      .partitions()
      .some((one) => one.topic !== topic && !this.#held.has(one.topic));
    if (others) this.hold(topic, error);
    return others;
  }

  /** Returns the number of partitions of each given topic. Topics that cannot be read are omitted. */
  async countPartitions(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const cluster = this.#group?.cluster;
    if (cluster === undefined) return new Map();
    const found = await fetchTopics(cluster, topics);
    if (found !== undefined) {
      const readable = [...found].filter(([, { errorCode }]) => errorCode === 0);
      return new Map(readable.map(([topic, { partitions }]) => [topic, partitions]));
    }
    for (const topic of topics) await cluster.addTargetTopic(topic);
    return new Map(
      topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length]),
    );
  }

  end(): void {
    this.#held.end();
  }

  #isSubscribed({ topicsSubscribed }: ConsumerGroup): boolean {
    return topicsSubscribed.join() === this.#parts.watch.readable.join();
  }

  #partitionsOf(topic: string): readonly TopicPartition[] {
    return this.#parts.partitions().filter((one) => one.topic === topic);
  }
}
