import type { InboundMessage } from 'throughline/transport';
import { Lane, PartitionLanes, type Task } from './task.js';

const keyOf = <A extends InboundMessage>(inbound: A): string | A => inbound.lane ?? inbound;

/** Contains all lanes, by partition and key. */
export class Partitions<A extends InboundMessage = InboundMessage> {
  readonly #byName = new Map<string, PartitionLanes<A>>();
  /** A lane that is not entered in the map yet: its only message has started, and nothing has looked it up since. */
  #begun: Lane<A> | undefined;

  of(name: string): PartitionLanes<A> {
    let partition = this.#byName.get(name);
    if (partition === undefined) this.#byName.set(name, (partition = new PartitionLanes<A>(name)));
    return partition;
  }

  /** Returns the partition with this name, if it has delivered messages before. */
  known(name: string): PartitionLanes<A> | undefined {
    this.show();
    return this.#byName.get(name);
  }

  get lanes(): readonly Lane<A>[] {
    this.show();
    return [...this.#byName.values()].flatMap((partition) => [...partition.lanes.values()]);
  }

  /** Returns how many messages wait behind the first one in the lane of this message. */
  waitingIn({ origin, lane }: Pick<InboundMessage, 'origin' | 'lane'>): number {
    if (lane === null) return 0;
    return this.known(origin.name)?.lanes.get(lane)?.tasks.size ?? 0;
  }

  get inProgress(): readonly Task<A>[] {
    return this.#tasks.filter(({ isInProgress }) => isInProgress);
  }

  /** The number of messages that are not in progress. */
  get waiting(): number {
    return this.#tasks.filter(({ isInProgress }) => !isInProgress).length;
  }

  /** The time when the oldest message was sent, or received if the send time is unknown, in milliseconds since the epoch. */
  get oldest(): number | undefined {
    const times = this.#tasks.map(({ inbound }) => inbound.incoming.sentAt ?? inbound.receivedAt);
    return times.length === 0 ? undefined : times.reduce((least, time) => Math.min(least, time));
  }

  get #tasks(): readonly Task<A>[] {
    return this.lanes.flatMap(({ tasks }) => tasks.first(tasks.size));
  }

  hasLaneOf({ lanes }: PartitionLanes<A>, inbound: A): boolean {
    return lanes.size > 0 && lanes.has(keyOf(inbound));
  }

  laneOf(partition: PartitionLanes<A>, inbound: A): Lane<A> {
    this.show();
    const key = keyOf(inbound);
    const known = partition.lanes.get(key);
    if (known !== undefined) return known;
    const lane = new Lane(partition, key);
    this.#enter(lane);
    return lane;
  }

  /**
   * Starts a lane without entering it in the map. The lane is entered when it is first looked up. The lane of a message that ends
   * immediately is therefore never entered. For a tiny message, entering and leaving the map would be most of the cost.
   */
  begin(partition: PartitionLanes<A>, inbound: A): Lane<A> {
    const lane = new Lane(partition, keyOf(inbound));
    lane.inProgress = 1;
    return (this.#begun = lane);
  }

  /** Enters a lane that was started without an entry in the map, unless the lane's message has ended. */
  show(): void {
    const lane = this.#begun;
    this.#begun = undefined;
    if (lane === undefined || lane.tasks.size === 0) return;
    this.#enter(lane);
  }

  leave(lane: Lane<A>): void {
    if (lane.isEntered) lane.partition.lanes.delete(lane.key);
  }

  #enter(lane: Lane<A>): void {
    lane.isEntered = true;
    lane.partition.lanes.set(lane.key, lane);
  }
}
