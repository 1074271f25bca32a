import { OwnLog, sentenceOf } from '#base';
import { BlockedWatch, type HealthReports } from 'throughline/transport';

interface Failed {
  readonly error: Error;
  readonly watch: BlockedWatch | undefined;
}

/**
 * Tracks which topics of a group cannot be read while the others can. Logs each change, and reports a topic that stays unreadable to
 * health.
 */
export class TopicStatus {
  readonly #group: string;
  readonly #health: HealthReports | undefined;
  readonly #failed = new Map<string, Failed>();
  readonly #log = new OwnLog('Throughline');

  constructor(group: string, health?: HealthReports) {
    this.#group = group;
    this.#health = health;
  }

  /** The topics that cannot be read, with the reasons. */
  get failed(): ReadonlyMap<string, Error> {
    return new Map([...this.#failed].map(([topic, { error }]) => [topic, error]));
  }

  topicFailed(topic: string, error: Error): void {
    const watch = this.#failed.get(topic)?.watch ?? this.#watch(topic);
    this.#failed.set(topic, { error, watch });
    const reason = sentenceOf(error);
    watch?.blocked(reason);
    this.#log.error(
      `The group "${this.#group}" cannot read the topic "${topic}": ${reason} Throughline will keep retrying.`,
    );
  }

  topicRecovered(topic: string): void {
    this.#failed.get(topic)?.watch?.freed();
    if (!this.#failed.delete(topic)) return;
    this.#log.log(`The group "${this.#group}" is reading the topic "${topic}" again.`);
  }

  /** Ends all reports, because this process leaves the group. */
  end(): void {
    for (const { watch } of this.#failed.values()) watch?.freed();
    this.#failed.clear();
  }

  #watch(topic: string): BlockedWatch | undefined {
    return (
      this.#health &&
      new BlockedWatch(this.#health, `topic "${topic}" of the consumer group "${this.#group}"`)
    );
  }
}
