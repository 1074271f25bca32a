import type { ThroughlineError } from '#base';

/** How long a topic is not read after an error, in milliseconds. Each further error doubles the time. */
const RETRY = { first: 2_000, longest: 60_000 };
/**
 * How long a topic must be read without an error before it counts as recovered, in milliseconds. A broker may report the error of
 * one partition only after it has waited for records during the whole fetch.
 */
const RECOVERED_AFTER = 1_500;

/** Stops and starts reading topics, and receives changes to the topics' states. */
export interface HeldTopicsListener {
  pauseTopic(topic: string): void;
  resumeTopic(topic: string): void;
  topicFailed(topic: string, error: ThroughlineError): void;
  topicRecovered(topic: string): void;
}

interface Held {
  readonly code: string;
  readonly delay: number;
  readonly timer: NodeJS.Timeout;
  /** Whether the topic is being read again, to find out whether it has recovered. */
  readonly isTried: boolean;
}

/** The topics that are temporarily not fetched, because they cannot be read although others can. */
export class HeldTopics {
  readonly #held = new Map<string, Held>();

  constructor(private readonly listener: HeldTopicsListener) {}

  /** Whether all topics can be read. A topic that is being read again on trial does not count as readable. */
  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  /** Whether the topic must not be fetched now. */
  has(topic: string): boolean {
    return this.#held.get(topic)?.isTried === false;
  }

  /** Stops fetching a topic for a while. Reports the failure once per reason. */
  hold(topic: string, error: ThroughlineError): void {
    const before = this.#held.get(topic);
    if (before?.isTried === false) return;
    clearTimeout(before?.timer);
    const delay = before === undefined ? RETRY.first : Math.min(before.delay * 2, RETRY.longest);
    const timer = setTimeout(() => this.#try(topic), delay).unref();
    this.#held.set(topic, { code: error.code, delay, timer, isTried: false });
    this.listener.pauseTopic(topic);
    if (before?.code !== error.code) this.listener.topicFailed(topic, error);
  }

  /** Forgets topics that are no longer subscribed to, and stops checking whether they have recovered. */
  keepOnly(topics: readonly string[]): void {
    for (const [topic, { timer }] of this.#held) {
      if (topics.includes(topic)) continue;
      clearTimeout(timer);
      this.#held.delete(topic);
    }
  }

  /** Forgets all topics. */
  end(): void {
    for (const { timer } of this.#held.values()) clearTimeout(timer);
    this.#held.clear();
  }

  #try(topic: string): void {
    const held = this.#held.get(topic);
    if (held === undefined) return;
    const timer = setTimeout(() => {
      this.#held.delete(topic);
      this.listener.topicRecovered(topic);
    }, RECOVERED_AFTER).unref();
    this.#held.set(topic, { ...held, timer, isTried: true });
    this.listener.resumeTopic(topic);
  }
}
