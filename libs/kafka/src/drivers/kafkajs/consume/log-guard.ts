import type {
  AssignedPartition,
  KafkaRecord,
  LogChange,
  LogState,
  Position,
  TopicPartition,
} from '../../../driver.js';
import { keyOf, type Membership } from '../../membership.js';
import type { ConsumerGroup } from '../internals/internal-types.js';
import { fetchLogs, findChanges } from './group-offsets.js';

/**
 * Tracks a member's positions, and compares them with the logs whenever a log may have changed. kafkajs itself would continue at the
 * same offset in a log that was truncated in the meantime, and at the default offset if its own offset no longer exists.
 */
export class LogGuard {
  readonly #membership: Membership;
  readonly #idOf: (topic: string) => string | undefined;
  #positions = new Map<string, Position>();

  constructor(membership: Membership, idOf: (topic: string) => string | undefined) {
    this.#membership = membership;
    this.#idOf = idOf;
  }

  /** The position from which a partition is read next. */
  nextOf(partition: TopicPartition): Position | undefined {
    return this.#positions.get(keyOf(partition));
  }

  /** Starts reading, at the given positions or at the partitions' `start`. Checks the positions against the logs. */
  async begin(
    group: ConsumerGroup,
    assigned: readonly AssignedPartition[],
    wanted: ReadonlyMap<string, Position>,
  ): Promise<void> {
    const positions = assigned.map(({ topic, partition, start }) => {
      const position = wanted.get(keyOf({ topic, partition }));
      return position ?? { topic, partition, offset: start };
    });
    this.#positions = new Map(positions.map((one) => [keyOf(one), one]));
    for (const { topic, partition, offset } of positions) {
      group.seek({ topic, partition, offset: String(offset) });
    }
    const logs = new Map(assigned.map((one) => [keyOf(one), one.log]));
    const changes = await findChanges(group, positions, logs);
    for (const position of positions) {
      const change = changes.get(keyOf(position));
      if (change !== undefined) this.#follow(group, position, change);
    }
  }

  moved(position: Position): void {
    this.#positions.set(keyOf(position), position);
  }

  /** Reports a record that was delivered, or offsets that were skipped. */
  read(
    partition: TopicPartition,
    { offset, leaderEpoch }: Pick<KafkaRecord, 'offset' | 'leaderEpoch'>,
  ): void {
    const position = { ...partition, offset: offset + 1 };
    const known = leaderEpoch >= 0 ? leaderEpoch : this.nextOf(partition)?.leaderEpoch;
    this.moved(known === undefined ? position : { ...position, leaderEpoch: known });
  }

  /**
   * Whether records with this leader epoch continue the log that was read. When a new leader was elected, the log may have been
   * truncated below these records. If so, reading continues at the offset at which it was truncated.
   */
  async isContinuedBy(
    group: ConsumerGroup,
    partition: TopicPartition,
    leaderEpoch: number,
  ): Promise<boolean> {
    const position = this.nextOf(partition);
    if (position?.leaderEpoch === undefined || leaderEpoch <= position.leaderEpoch) return true;
    return !(await this.#check(group, position));
  }

  /** Finds out why a position does not exist in its log, and continues at a position that does. */
  async recover(group: ConsumerGroup, partition: TopicPartition): Promise<void> {
    const position = this.nextOf(partition);
    if (position === undefined) return;
    const { change, log } = await this.#compare(group, position);
    if (this.nextOf(partition) !== position) return;
    const { topic, offset } = position;
    if (change !== undefined) this.#follow(group, position, change);
    // The offset from which on the log has changed is unknown, so reading begins again at the start of the log.
    else if (log !== undefined && offset > log.end)
      this.#follow(group, position, { kind: 'truncated', offset: log.start });
    else group.seek({ topic, partition: partition.partition, offset: String(offset) });
  }

  /** Returns whether the log has changed, or the position was moved in the meantime. */
  async #check(group: ConsumerGroup, position: Position): Promise<boolean> {
    const { change } = await this.#compare(group, position);
    if (this.nextOf(position) !== position) return true;
    if (change === undefined) return false;
    this.#follow(group, position, change);
    return true;
  }

  async #compare(
    group: ConsumerGroup,
    position: Position,
  ): Promise<{ readonly change: LogChange | undefined; readonly log: LogState | undefined }> {
    const logs = await fetchLogs(group, [position], this.#idOf);
    const changes = await findChanges(group, [position], logs);
    return { change: changes.get(keyOf(position)), log: logs.get(keyOf(position)) };
  }

  #follow(group: ConsumerGroup, { topic, partition }: Position, change: LogChange): void {
    const offset = change.kind === 'replaced' ? change.log.start : change.offset;
    this.moved({ topic, partition, offset });
    group.seek({ topic, partition, offset: String(offset) });
    // The listener may move the position again.
    this.#membership.logChanged({ topic, partition }, change);
  }
}
