import type {
  SeekTarget,
  Settlement,
  Sink,
  Source,
  SourceFeatures,
  SourceState,
} from 'throughline/transport';
import { keepProcessAlive, type Clock } from '../clock.js';
import {
  partitionName,
  type ConsumerGroup,
  type GroupMember,
  type TopicPartition,
} from './group.js';
import { TopicInbound, type Order } from './inbound.js';
import { AssignedPartition } from './partition.js';
import type { MemoryTopic } from './topic.js';

/** How many records of a partition are delivered at once. After that, the source yields to the event loop. */
const AT_ONCE = 100;
/**
 * How long a rebalance waits for handlers, in milliseconds. If a handler takes longer, its message runs again on the partition's
 * next member.
 */
const WAIT_FOR_HANDLERS = 3_000;

/** A topic that a source reads. */
export interface TopicPlan {
  /** The logical name of the channel whose handler receives the records. */
  readonly channel: string;
  readonly order: Order;
  /** The purpose of the topic. `own`: it is the channel's topic. `retry`: it receives redriven dead letters of this group. */
  readonly part: 'own' | 'retry';
}

/** The dependencies of a topic's source. */
export interface TopicSourceParts {
  readonly groupName: string;
  readonly group: ConsumerGroup;
  /** The topics of the source, by name. */
  readonly plans: ReadonlyMap<string, TopicPlan>;
  /** @throws ThroughlineError `TL_KAFKA_TOPIC_MISSING` */
  readonly find: (topic: string) => MemoryTopic;
  readonly from: 'earliest' | 'latest';
  readonly clock: Clock;
}

/** The source for topics. It is a member of a consumer group. */
export class TopicSource implements Source<TopicInbound>, GroupMember {
  readonly features: SourceFeatures = {
    retry: 'lane',
    ahead: { max: 2_000, resume: 1_000 },
    settle: { size: 1, within: 0 },
  };
  readonly #parts: TopicSourceParts;
  readonly #partitions = new Map<string, AssignedPartition>();
  /** The partitions that are about to be assigned to another member. */
  readonly #leaving = new Set<string>();
  #topics: readonly MemoryTopic[] = [];
  #sink: Sink<TopicInbound> | undefined;
  #isStopped = false;
  #hasLeft = false;
  #isScheduled = false;
  #endReceiving: () => void = () => undefined;

  constructor(parts: TopicSourceParts) {
    this.#parts = parts;
  }

  get topics(): readonly MemoryTopic[] {
    return this.#topics;
  }

  async start(sink: Sink<TopicInbound>): Promise<void> {
    await Promise.resolve();
    if (this.#isStopped) return;
    const { plans, find, group } = this.#parts;
    this.#topics = [...plans.keys()].map(find);
    this.#sink = sink;
    const deliverSoon = (): void => this.#deliverSoon();
    sink.onCapacity(deliverSoon);
    const ends = [
      keepProcessAlive(),
      ...this.#topics.map((topic) => topic.onAppended(deliverSoon)),
    ];
    this.#endReceiving = () => {
      for (const end of ends) end();
    };
    group.join(this);
  }

  settle(entries: readonly Settlement<TopicInbound>[]): undefined {
    if (this.#hasLeft) return;
    for (const { inbound, outcome } of entries) {
      const { partition, offset, isOurs } = inbound;
      if (outcome.kind === 'ack' && isOurs) partition.progress.done(offset);
    }
  }

  countFailure({ partition, offset, isOurs }: TopicInbound, failures: number): void {
    if (isOurs && !this.#hasLeft) partition.progress.failed(offset, failures);
  }

  stopReceiving(): Promise<void> {
    this.#isStopped = true;
    this.#endReceiving();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#hasLeft = true;
    this.#parts.group.leave(this);
    return Promise.resolve();
  }

  inspect(): Promise<SourceState> {
    const { plans } = this.#parts;
    const lag = new Map([...plans.values()].map(({ channel }) => [channel, 0]));
    for (const { channel, topic, number, progress } of this.#partitions.values())
      lag.set(channel, (lag.get(channel) ?? 0) + progress.left(topic.end(number)));
    return Promise.resolve({
      isConnected: this.#sink !== undefined && !this.#isStopped,
      assigned: [...this.#partitions.keys()],
      lag,
    });
  }

  /** Moves a channel to other positions, but only in the partitions that are assigned to this member. */
  async seek(channel: string, target: SeekTarget): Promise<readonly string[]> {
    await Promise.resolve();
    const { plans, find, group } = this.#parts;
    const own = [...plans].find(([, plan]) => plan.channel === channel && plan.part === 'own');
    if (own === undefined || this.#isStopped) return [];
    const offsets = find(own[0]).offsetsAt(target);
    const moved = [...this.#partitions.values()].flatMap((partition) => {
      const offset = partition.topic.name === own[0] ? offsets.get(partition.number) : undefined;
      return offset === undefined ? [] : [partition.movedTo(group.move(partition, offset))];
    });
    this.#sink?.drop(moved.map(({ origin }) => origin));
    for (const partition of moved) this.#partitions.set(partition.origin.name, partition);
    this.#deliverSoon();
    return moved.map(({ origin }) => origin.name);
  }

  assign(partitions: readonly TopicPartition[]): void {
    const { plans, group, from } = this.#parts;
    for (const partition of partitions) {
      const channel = plans.get(partition.topic.name)?.channel ?? partition.topic.name;
      const progress = group.progressOf(partition, from);
      const assigned = new AssignedPartition(partition, channel, progress);
      this.#partitions.set(assigned.origin.name, assigned);
    }
    this.#deliverSoon();
  }

  /** Releases partitions. Messages in progress get time to finish, so that another member does not repeat them. */
  async revoke(partitions: readonly TopicPartition[]): Promise<void> {
    const names = partitions.map(partitionName);
    for (const name of names) this.#leaving.add(name);
    const timeIsUp = Promise.withResolvers<undefined>();
    const cancel = this.#parts.clock.after(WAIT_FOR_HANDLERS, () => timeIsUp.resolve(undefined));
    await Promise.race([this.#sink?.suspendStarts(), timeIsUp.promise]);
    cancel();
    const leaving = names.flatMap((name) => this.#partitions.get(name) ?? []);
    for (const partition of leaving) {
      partition.revoke();
      this.#partitions.delete(partition.origin.name);
    }
    for (const name of names) this.#leaving.delete(name);
    this.#sink?.drop(leaving.map(({ origin }) => origin));
    this.#sink?.resumeStarts();
  }

  #deliverSoon(): void {
    if (this.#isScheduled || this.#isStopped) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    const sink = this.#sink;
    if (this.#isStopped || sink === undefined) return;
    let isSomething = false;
    for (const partition of [...this.#partitions.values()]) {
      if (this.#leaving.has(partition.origin.name)) continue;
      const capacity = Math.min(AT_ONCE, sink.capacity(partition.origin));
      if (capacity <= 0) continue;
      const inbounds = this.#read(partition, capacity);
      if (inbounds.length === 0) continue;
      isSomething = true;
      sink.deliver(inbounds);
    }
    if (isSomething) this.#deliverSoon();
  }

  #read(partition: AssignedPartition, most: number): readonly TopicInbound[] {
    const { plans, groupName, clock } = this.#parts;
    const order = plans.get(partition.topic.name)?.order ?? 'key';
    const now = clock.now();
    return partition
      .read(most)
      .map((record) => new TopicInbound(record, partition, { order, group: groupName }, now));
  }
}
