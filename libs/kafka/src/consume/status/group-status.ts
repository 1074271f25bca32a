import { isBlocked, OwnLog, sentenceOf } from '#base';
import { type BlockedWatch } from 'throughline/transport';

/**
 * Tracks whether a group's member is reading, as reported by its driver. Logs each change, and reports a blocked group to health.
 */
export class GroupStatus {
  readonly #group: string;
  readonly #watch: BlockedWatch | undefined;
  readonly #log = new OwnLog('Throughline');
  #isMember = false;
  #outage: Error | undefined;

  constructor(group: string, watch?: BlockedWatch) {
    this.#group = group;
    this.#watch = watch;
  }

  get isMember(): boolean {
    return this.#isMember;
  }

  /**
   * The reason why the group's member is not reading: Kafka is unavailable, or denies what the group needs. `undefined` if the
   * member is reading.
   */
  get outage(): Error | undefined {
    return this.#outage;
  }

  /**
   * Records that the member has joined its group. This does not end a blockage, because a member that lost its right to read can
   * still join its group.
   */
  joined(): void {
    this.#isMember = true;
  }

  left(): void {
    this.#isMember = false;
    this.#watch?.freed();
  }

  lost(): void {
    this.#isMember = false;
    this.#log.warn(
      `This process lost its partitions in the group "${this.#group}". Messages in progress may be redelivered.`,
    );
  }

  down(error: Error): void {
    this.#outage = error;
    const reason = sentenceOf(error);
    if (isBlocked(error)) {
      this.#watch?.blocked(reason);
      this.#log.error(
        `The group "${this.#group}" is blocked: ${reason} Throughline will keep retrying.`,
      );
    } else {
      this.#log.warn(
        `The group "${this.#group}" is waiting because Kafka is unavailable: ${reason} Throughline will keep retrying.`,
      );
    }
  }

  up(): void {
    this.#outage = undefined;
    this.#watch?.freed();
    this.#log.log(`The group "${this.#group}" is reading again.`);
  }
}
