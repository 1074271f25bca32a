import { assertOptions, rule, ThroughlineError, type RulesFor } from '#base';
import { systemClock, type Clock } from './clock.js';
import { MemoryQueue } from './queue/queue.js';
import { ConsumerGroup } from './topic/group.js';
import { MemoryTopic } from './topic/topic.js';

const PARTITIONS = 3;

/** Options of {@link memoryBroker}. */
export interface MemoryBrokerOptions {
  /** The clock that the broker uses for all waits and timestamps. Default: the system clock. */
  readonly clock?: Clock;
}

/** Options of a queue of {@link MemoryBroker}. */
export interface QueueSettings {
  /** The visibility timeout of the queue, in milliseconds. Default: 30,000. */
  readonly visibility?: number;
}

/** Options of a topic of {@link MemoryBroker}. */
export interface TopicSettings {
  /** The number of partitions of the topic. Default: 3. */
  readonly partitions?: number;
}

const QUEUE_RULES: RulesFor<QueueSettings> = { visibility: rule.integerFrom(0) };
const TOPIC_RULES: RulesFor<TopicSettings> = { partitions: rule.integerFrom(1) };

/**
 * A broker in this process. All transports that are created with it, `memory({ broker })`, share its queues and topics. Its
 * messages are lost when the process ends.
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
   * Creates a queue, unless it exists already. A name that ends in `.fifo` creates a FIFO queue.
   *
   * @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`
   */
  createQueue(name: string, options: QueueSettings = {}): MemoryQueue {
    assertOptions('createQueue()', options, QUEUE_RULES);
    const queue = this.#queues.get(name) ?? new MemoryQueue(name, this.clock, options);
    this.#queues.set(name, queue);
    return queue;
  }

  /**
   * Creates a topic, unless it exists already.
   *
   * @throws ThroughlineError `TL_KAFKA_TOPIC_INVALID` if the name is invalid, `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`
   */
  createTopic(name: string, options: TopicSettings = {}): MemoryTopic {
    assertOptions('createTopic()', options, TOPIC_RULES);
    checkName(name);
    const { partitions = PARTITIONS } = options;
    const topic = this.#topics.get(name) ?? new MemoryTopic(name, this.clock, partitions);
    this.#topics.set(name, topic);
    return topic;
  }

  /** Returns a queue, or `undefined` if it does not exist. */
  queue(name: string): MemoryQueue | undefined {
    return this.#queues.get(name);
  }

  /** Returns a topic, or `undefined` if it does not exist. */
  topic(name: string): MemoryTopic | undefined {
    return this.#topics.get(name);
  }

  /** Returns the consumer group with this name. The group starts when its first member joins. */
  group(name: string): ConsumerGroup {
    const group = this.#groups.get(name) ?? new ConsumerGroup();
    this.#groups.set(name, group);
    return group;
  }

  /**
   * Returns how many records of a topic a group has not processed yet, or the number of all records if the group has never read the
   * topic.
   */
  lag(group: string, topic: string): number {
    const found = this.#topics.get(topic);
    return found === undefined ? 0 : this.group(group).lag(found);
  }

  /** Deletes a queue with all its messages. */
  deleteQueue(name: string): void {
    this.#queues.get(name)?.purge();
    this.#queues.delete(name);
  }

  /** Deletes a topic with all its records, and the progress of its groups. */
  deleteTopic(name: string): void {
    const topic = this.#topics.get(name);
    if (topic === undefined) return;
    this.#topics.delete(name);
    for (const group of this.#groups.values()) group.forget(topic);
  }
}

function checkName(name: string): void {
  if (!/^[\w.-]{1,249}$/.test(name) || name === '.' || name === '..') {
    throw new ThroughlineError(
      'TL_KAFKA_TOPIC_INVALID',
      `"${name}" is not a valid topic name. Use 1 to 249 letters, digits, dots, hyphens and underscores.`,
    );
  }
}
