import { isUnavailable, OwnLog, reasonOf } from '#base';
import { retentionOf } from './queue-attributes.js';
import type { QueueAddress } from './queue-reference.js';

const DAY = 24 * 60 * 60 * 1_000;

/** Looks up how long queues retain their messages, with one request to SQS per queue. */
export class Retentions {
  readonly #suppress: <R>(clientCall: () => R) => R;
  readonly #known = new WeakMap<QueueAddress, Promise<number | undefined>>();
  readonly #log = new OwnLog('Throughline');

  constructor(suppress: <R>(clientCall: () => R) => R) {
    this.#suppress = suppress;
  }

  /**
   * Returns how long a queue retains its messages, in milliseconds, or `undefined` if SQS does not report it. ElasticMQ never
   * reports it, and a sender may lack the permission to ask for it.
   *
   * @throws ThroughlineError `TL_SQS_UNAVAILABLE`
   */
  of(queue: QueueAddress): Promise<number | undefined> {
    let known = this.#known.get(queue);
    if (known === undefined) {
      known = this.#ask(queue);
      this.#known.set(queue, known);
      known.catch(() => this.#known.delete(queue));
    }
    return known;
  }

  /**
   * Logs a warning if a dead-letter queue retains its messages for less time than the source queue. Dead letters need at least the
   * same retention, because a person looks at them some time after they were stored.
   */
  async warnIfShorter(deadLetters: QueueAddress, queue: QueueAddress): Promise<void> {
    const [ofDeadLetters, ofQueue] = await Promise.all([this.of(deadLetters), this.of(queue)]);
    if (ofDeadLetters === undefined || ofQueue === undefined || ofDeadLetters >= ofQueue) return;
    this.#log.warn(
      `The dead-letter queue "${deadLetters.name}" retains dead letters for only ${ofDeadLetters / DAY} days, but "${queue.name}" retains ` +
        `messages for ${ofQueue / DAY} days. Raise the MessageRetentionPeriod of "${deadLetters.name}"; SQS allows at most 14 days.`,
    );
  }

  async #ask(queue: QueueAddress): Promise<number | undefined> {
    try {
      return await this.#suppress(() => retentionOf(queue));
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.#log.warn(reasonOf(error));
      return undefined;
    }
  }
}
