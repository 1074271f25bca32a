import type { ThroughlineError } from '#base';
import { brokerError } from '../../../errors/broker-errors.js';
import { fromBrokerAnswer } from '../../driver-errors.js';
import type { Cluster } from '../internals/internal-types.js';
import { errorOfCode } from '../internals/load.js';
import { fetchTopics, type TopicMetadata } from '../internals/log-requests.js';

/** How often a member checks its topics, in milliseconds. */
export const LOOK_INTERVAL = 5_000;

/** The errors that concern a single topic. After any other error, the brokers are looked up again. */
const OF_A_TOPIC: ReadonlySet<string> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
]);

/** Receives the topics that can no longer be read, and the topics that can be read again. */
export interface TopicWatchListener {
  topicFailed(topic: string, error: ThroughlineError): void;
  topicRecovered(topic: string): void;
}

/**
 * Checks whether each of a member's topics can be read, and whether any of them was deleted and created again. kafkajs stops
 * reading all topics if it cannot find one of them, and never notices a topic that was created again.
 */
export class TopicWatch {
  #failed: ReadonlyMap<string, number> = new Map();
  #ids: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly topics: readonly string[],
    private readonly listener: TopicWatchListener,
  ) {}

  /**
   * The topics to subscribe to. If none of the topics can be read, the member subscribes to all of them, and the error of its join
   * shows the reason.
   */
  get readable(): readonly string[] {
    const readable = this.topics.filter((topic) => !this.#failed.has(topic));
    return readable.length === 0 ? this.topics : readable;
  }

  /** Identifies a topic and its cluster. `undefined` if the broker has no ids. */
  idOf(topic: string): string | undefined {
    return this.#ids.get(topic);
  }

  /** Checks the topics now. Returns whether the member has to join again with different topics. */
  async look(cluster: Cluster): Promise<'same' | 'changed'> {
    const found = await fetchTopics(cluster, this.topics);
    if (found === undefined) return 'same';
    const before = { readable: this.readable, ids: this.#ids };
    this.#reportFailures(failuresIn(found));
    this.#ids = this.#mergeIds(found);
    const isSame =
      before.readable.join() === this.readable.join() &&
      [...before.ids].every(([topic, id]) => this.#ids.get(topic) === id);
    return isSame ? 'same' : 'changed';
  }

  /** Reports the topics that cannot be read. If no topic can be read, reports none of them, because the member as a whole fails. */
  #reportFailures(failures: ReadonlyMap<string, number>): void {
    const failed = failures.size === this.topics.length ? new Map<string, number>() : failures;
    const before = this.#failed;
    this.#failed = failed;
    for (const topic of before.keys()) {
      if (!failed.has(topic)) this.listener.topicRecovered(topic);
    }
    for (const [topic, code] of failed) {
      if (before.get(topic) === code) continue;
      const answer = brokerError(code);
      const doing = `Reading the topic ${topic}`;
      const error = fromBrokerAnswer(answer, doing, errorOfCode(code), 'blocked');
      this.listener.topicFailed(topic, error);
    }
  }

  /** Keeps the id of a topic that is missing for a moment, so that a new topic with the same name is noticed. */
  #mergeIds(found: ReadonlyMap<string, TopicMetadata>): ReadonlyMap<string, string> {
    const ids = new Map(this.#ids);
    for (const [topic, { errorCode, logId }] of found) if (errorCode === 0) ids.set(topic, logId);
    return ids;
  }
}

const failuresIn = (found: ReadonlyMap<string, TopicMetadata>): ReadonlyMap<string, number> =>
  new Map(
    [...found].flatMap(([topic, { errorCode }]) =>
      OF_A_TOPIC.has(brokerError(errorCode).name) ? [[topic, errorCode]] : [],
    ),
  );
