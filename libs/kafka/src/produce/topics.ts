import { ThroughlineError } from '#base';
import type { KafkaDriver } from '../driver.js';
import { RETENTION } from '../drivers/retention.js';
import type { KafkaOptions } from '../options.js';

const PARTITIONS = 3;
const THIRTY_DAYS = 30 * 24 * 3_600_000;

/** The purpose for which a topic is used. */
export type Purpose = 'messages' | 'deadLetters' | 'retries';

/** The topics of an application: the names that they have in Kafka, and whether they exist. */
export class Topics {
  readonly #driver: KafkaDriver;
  readonly #options: KafkaOptions;
  readonly #suppress: <R>(clientCall: () => R) => R;
  readonly #seen = new Map<string, Promise<void>>();

  constructor(driver: KafkaDriver, options: KafkaOptions, suppress: <R>(clientCall: () => R) => R) {
    this.#driver = driver;
    this.#options = options;
    this.#suppress = suppress;
  }

  get madeIfMissing(): boolean {
    return this.#options.createMissing === true;
  }

  /** Returns the name of a channel's topic in Kafka. */
  nameOf(channel: string): string {
    const { topics = {} } = this.#options;
    return (Object.hasOwn(topics, channel) ? topics[channel] : undefined) ?? channel;
  }

  /**
   * Checks that a channel's topic exists, or creates it if configured. Concurrent and repeated calls share one check.
   *
   * @throws ThroughlineError `TL_KAFKA_TOPIC_MISSING`
   */
  see(channel: string, purpose: Purpose = 'messages'): Promise<void> {
    let seen = this.#seen.get(channel);
    if (seen === undefined) {
      seen = this.#suppress(() => this.#look(channel, purpose));
      this.#seen.set(channel, seen);
      seen.catch(() => this.#seen.delete(channel));
    }
    return seen;
  }

  /** Creates a channel's topic if it is missing and `createMissing` is set. */
  async makeMissing(channel: string, purpose: Purpose = 'messages'): Promise<void> {
    if (this.madeIfMissing) await this.see(channel, purpose);
  }

  async #look(channel: string, purpose: Purpose): Promise<void> {
    const name = this.nameOf(channel);
    const existing = await this.#driver.describe([name]);
    if (existing.has(name)) return;
    if (!this.madeIfMissing) throw topicMissing(channel, name, purpose);
    const partitions = this.#options.partitions ?? PARTITIONS;
    // Fixing the cause of a failure may take longer than a week, which is how long brokers keep records by default.
    const config = purpose === 'deadLetters' ? { [RETENTION]: String(THIRTY_DAYS) } : {};
    await this.#driver.create([{ name, partitions, config }]);
  }
}

/** Creates the error for a topic that does not exist and must not be created. */
function topicMissing(channel: string, name: string, purpose: Purpose): ThroughlineError {
  const alias = name === channel ? '' : ` (for "${channel}")`;
  const mapping = `map its name with kafka({ topics: { '${channel}': … } })`;
  const message =
    purpose === 'messages'
      ? `The topic "${name}"${alias} does not exist. Create it, ${mapping}, or set createMissing.`
      : `The ${DEAD_LETTER_TOPICS[purpose]} "${name}"${alias} does not exist. Create "${name}", ${mapping}, set ` +
        'createMissing: true in kafka() to let Throughline create it, or set deadLetter: false on the handler. With ' +
        'deadLetter: false, a message that fails is retried forever and blocks its key.';
  return new ThroughlineError('TL_KAFKA_TOPIC_MISSING', message);
}

const DEAD_LETTER_TOPICS: Readonly<Record<Exclude<Purpose, 'messages'>, string>> = {
  deadLetters: 'dead-letter topic',
  retries: 'topic for redriven dead letters',
};
