import { ThroughlineError } from '#base';
import { systemClock, type Clock } from './clock.js';
import { MemoryQueue } from './queue/queue.js';
import { ConsumerGroup } from './topic/group.js';
import { MemoryTopic } from './topic/topic.js';

const PARTITIONS = 3;

/** How a broker in this process is made. */
export interface MemoryBrokerOptions {
  /** What every wait and every timestamp of the broker goes by. Default: the clock of the machine. */
  readonly clock?: Clock;
}

/**
 * Queues and topics in this process, shared by all transports that are made with it: `memory({ broker })`. Nothing of it outlives
 * the process.
 */
export class MemoryBroker {
  readonly clock: Clock;
  readonly #queues = new Map<string, MemoryQueue>();
  readonly #topics = new Map<string, MemoryTopic>();
  readonly #groups = new Map<string, ConsumerGroup>();

  constructor({ clock = systemClock }: MemoryBrokerOptions = {}) {
    this.clock = clock;
  }

  /**
   * Creates a queue; one that exists is left as it is. A name that ends in `.fifo` makes it a FIFO queue.
   *
   * @param options `visibility`: the queue's own visibility timeout in milliseconds. Default: 30 s
   */
  createQueue(name: string, options?: { readonly visibility?: number }): MemoryQueue {
    const queue = this.#queues.get(name) ?? new MemoryQueue(name, this.clock, options);
    this.#queues.set(name, queue);
    return queue;
  }

  /**
   * Creates a topic; one that exists is left as it is.
   *
   * @param options `partitions`: default 3
   * @throws ThroughlineError `TL_KAFKA_TOPIC_INVALID`
   */
  createTopic(
    name: string,
    { partitions = PARTITIONS }: { readonly partitions?: number } = {},
  ): MemoryTopic {
    checkTopic(name, partitions);
    const topic = this.#topics.get(name) ?? new MemoryTopic(name, this.clock, partitions);
    this.#topics.set(name, topic);
    return topic;
  }

  /** `undefined` where there is no such queue. */
  queue(name: string): MemoryQueue | undefined {
    return this.#queues.get(name);
  }

  /** `undefined` where there is no such topic. */
  topic(name: string): MemoryTopic | undefined {
    return this.#topics.get(name);
  }

  /** A consumer group; it begins where a member first joins it. */
  group(name: string): ConsumerGroup {
    const group = this.#groups.get(name) ?? new ConsumerGroup();
    this.#groups.set(name, group);
    return group;
  }

  /** How many records of a topic a group has not done; all of them if it has never read the topic. */
  lag(group: string, topic: string): number {
    const found = this.#topics.get(topic);
    return found === undefined ? 0 : this.group(group).lag(found);
  }

  /** Deletes a queue with all its messages. */
  deleteQueue(name: string): void {
    this.#queues.get(name)?.purge();
    this.#queues.delete(name);
  }

  /** Deletes a topic with all its records; groups that read it forget how far they were. */
  deleteTopic(name: string): void {
    const topic = this.#topics.get(name);
    if (topic === undefined) return;
    this.#topics.delete(name);
    for (const group of this.#groups.values()) group.forget(topic);
  }
}

function checkTopic(name: string, partitions: number): void {
  if (!/^[\w.-]{1,249}$/.test(name) || name === '.' || name === '..') {
    throw new ThroughlineError(
      'TL_KAFKA_TOPIC_INVALID',
      `"${name}" is not a name of a topic: use 1 to 249 letters, digits, dots, dashes and underscores.`,
    );
  }
  if (!Number.isSafeInteger(partitions) || partitions < 1) {
    throw new ThroughlineError(
      'TL_KAFKA_TOPIC_INVALID',
      `${name} cannot have ${partitions} partitions: give a whole number from 1 on.`,
    );
  }
}
