import type { ErrorClass } from '#base';

/** How long a topic may be missing that was just made, or that a broker has not heard of, in milliseconds. */
const GRACE = 30_000;

/** Since when topics are missing to whom a producer writes: at first that may pass, later a person has to look at it. */
export class MissingTopics {
  readonly #since = new Map<string, number>();

  /** @param now milliseconds of a clock that nobody sets */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** It is missing now. */
  missing(topic: string): ErrorClass {
    const now = this.now();
    const since = this.#since.get(topic) ?? now;
    this.#since.set(topic, since);
    return now - since < GRACE ? 'unavailable' : 'blocked';
  }

  /** It is there. */
  found(topic: string): void {
    if (this.#since.size > 0) this.#since.delete(topic);
  }
}
