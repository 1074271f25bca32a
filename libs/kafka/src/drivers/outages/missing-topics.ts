import type { ErrorClass } from '#base';

/** How long a new topic may be missing before all brokers must know it, in milliseconds. */
const GRACE = 30_000;

/** Tracks since when a producer has found topics missing. A missing topic first counts as an outage, and after 30 s as blocked. */
export class MissingTopics {
  readonly #since = new Map<string, number>();

  /** @param now milliseconds of a monotonic clock */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Records that a topic is missing, and returns the class of that error. */
  missing(topic: string): ErrorClass {
    const now = this.now();
    const since = this.#since.get(topic) ?? now;
    this.#since.set(topic, since);
    return now - since < GRACE ? 'unavailable' : 'blocked';
  }

  /** Records that a topic exists, so that an earlier report of it as missing no longer counts. */
  found(topic: string): void {
    if (this.#since.size > 0) this.#since.delete(topic);
  }
}
