import { isBlocked, reasonOf, OwnLog } from '#base';
import { type BlockedWatch } from 'throughline/transport';

/** Whether a group's member reads, as its driver reports it. Logs each change, and reports a blocked group to health. */
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

  /** Why nothing is read, if so: Kafka is unavailable, or it denies what the group needs. */
  get outage(): Error | undefined {
    return this.#outage;
  }

  /** Does not end a blockade: a member that lost its right to read still joins its group. */
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
      `The group "${this.#group}" lost its partitions. Messages in progress may be delivered again.`,
    );
  }

  down(error: Error): void {
    this.#outage = error;
    const reason = reasonOf(error);
    if (isBlocked(error)) {
      this.#watch?.blocked(reason);
      this.#log.error(
        `The group "${this.#group}" is blocked: ${reason}. Throughline keeps trying.`,
      );
    } else {
      this.#log.warn(
        `The group "${this.#group}" waits because Kafka is unavailable: ${reason}. Throughline keeps trying.`,
      );
    }
  }

  up(): void {
    this.#outage = undefined;
    this.#watch?.freed();
    this.#log.log(`The group "${this.#group}" continues because Kafka is available again.`);
  }
}
