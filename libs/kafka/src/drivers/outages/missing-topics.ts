import type { ErrorClass } from '#base';

/** How long a missing topic counts as an outage, in milliseconds. After this time, all brokers must know a new topic. */
const GRACE = 30_000;

/**
 * Tracks how long each of a producer's topics has been missing. A missing topic first counts as an outage, and after 30 s as
 * blocked.
 */
export class MissingTopics {
  readonly #since = new Map<string, number>();

  /** @param now milliseconds of a monotonic clock */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Records that a topic is missing, and returns the resulting error class. */
  missing(topic: string): ErrorClass {
    const now = this.now();
    const since = this.#since.get(topic) ?? now;
    this.#since.set(topic, since);
    return now - since < GRACE ? 'unavailable' : 'blocked';
  }

  /** Records that a topic exists. Earlier reports that it was missing no longer count. */
  found(topic: string): void {
    if (this.#since.size > 0) this.#since.delete(topic);
  }
}
