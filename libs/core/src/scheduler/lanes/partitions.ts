import type { Arrival } from 'throughline/transport';
import { Lane, Shard, type Task } from './task.js';

const keyOf = <A extends Arrival>(arrival: A): string | A => arrival.lane ?? arrival;

/** All lanes, by their shard and their key. */
export class Shards<A extends Arrival = Arrival> {
  readonly #byName = new Map<string, Shard<A>>();
  /** A lane whose one message has begun, and that nobody has looked for since. */
  #begun: Lane<A> | undefined;

  of(name: string): Shard<A> {
    let shard = this.#byName.get(name);
    if (shard === undefined) this.#byName.set(name, (shard = new Shard<A>(name)));
    return shard;
  }

  /** A shard that something has come of before. */
  known(name: string): Shard<A> | undefined {
    this.show();
    return this.#byName.get(name);
  }

  get lanes(): readonly Lane<A>[] {
    this.show();
    return [...this.#byName.values()].flatMap((shard) => [...shard.lanes.values()]);
  }

  /** How many messages wait behind the first of this lane. */
  waitingIn({ shard, lane }: Pick<Arrival, 'shard' | 'lane'>): number {
    if (lane === null) return 0;
    return this.known(shard.name)?.lanes.get(lane)?.tasks.size ?? 0;
  }

  /** Messages that are not at work. */
  get waiting(): number {
    return this.#tasks.filter(({ isAtWork }) => !isAtWork).length;
  }

  /** When the oldest message was sent, or came where its sender does not say; in milliseconds since the epoch. */
  get oldest(): number | undefined {
    const times = this.#tasks.map(({ arrival }) => arrival.incoming.sentAt ?? arrival.receivedAt);
    return times.length === 0 ? undefined : times.reduce((least, time) => Math.min(least, time));
  }

  get #tasks(): readonly Task<A>[] {
    return this.lanes.flatMap(({ tasks }) => tasks.first(tasks.size));
  }

  hasLaneOf({ lanes }: Shard<A>, arrival: A): boolean {
    return lanes.size > 0 && lanes.has(keyOf(arrival));
  }

  laneOf(shard: Shard<A>, arrival: A): Lane<A> {
    this.show();
    const key = keyOf(arrival);
    const known = shard.lanes.get(key);
    if (known !== undefined) return known;
    const lane = new Lane(shard, key);
    this.#enter(lane);
    return lane;
  }

  /**
   * A lane that is not entered before somebody looks for it: what ends at once has never been in one that others see. To enter
   * and leave would be most of what a tiny message costs here.
   */
  begin(shard: Shard<A>, arrival: A): Lane<A> {
    return (this.#begun = new Lane(shard, keyOf(arrival)));
  }

  /** Enters what was begun, unless it is over. */
  show(): void {
    const lane = this.#begun;
    this.#begun = undefined;
    if (lane === undefined || lane.tasks.size === 0) return;
    this.#enter(lane);
  }

  leave(lane: Lane<A>): void {
    if (lane.isEntered) lane.shard.lanes.delete(lane.key);
  }

  #enter(lane: Lane<A>): void {
    lane.isEntered = true;
    lane.shard.lanes.set(lane.key, lane);
  }
}
