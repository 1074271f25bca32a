import type { Arrival } from '../source.js';
import { Fifo } from './fifo.js';
import { Room, type RoomLimits } from './room.js';
import { Lane, Shard, Task } from './task.js';

/** How much runs at once, and how much may wait. */
export interface LanesOptions extends RoomLimits {
  /** Messages at work at once, over all lanes. */
  readonly concurrency: number;
}

/**
 * Runs messages side by side, and in order within a lane: at most `concurrency` at work, one of a lane at a time, and the
 * shards take turns, so that a hot one does not starve the others. A message that failed holds its own lane only.
 */
export class Lanes<A extends Arrival = Arrival> {
  readonly #work: (task: Task<A>) => void;
  readonly #concurrency: number;
  readonly #room: Room;
  readonly #shards = new Map<string, Shard<A>>();
  /** The shards that have a lane ready, in turn. */
  readonly #turns = new Fifo<Shard<A>>();
  #whenIdle: (() => void)[] = [];
  #running = 0;
  #isClosed = false;

  constructor(options: LanesOptions, work: (task: Task<A>) => void) {
    this.#work = work;
    this.#concurrency = options.concurrency;
    this.#room = new Room(options);
  }

  /** Messages whose handler runs. */
  get running(): number {
    return this.#running;
  }

  /** Whether nothing starts any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** How many more messages of this shard there is room for. */
  room(shard: string): number {
    return this.#isClosed ? 0 : this.#room.of(this.#shardOf(shard));
  }

  onRoom(wake: (shard: string) => void): void {
    this.#room.onRoom((shard) => {
      if (!this.#isClosed) wake(shard.name);
    });
  }

  add(arrivals: readonly A[]): void {
    for (const arrival of arrivals) {
      const lane = this.#laneOf(arrival);
      lane.tasks.push(new Task(arrival, lane, arrival.failures));
      this.#room.take(lane.shard, arrival.bytes);
      if (lane.tasks.size === 1) this.#makeReady(lane);
    }
    this.#pump();
  }

  /** The message has come to an end, whatever it is; the next of its lane may run. */
  finish(task: Task<A>): void {
    const { lane } = task;
    lane.tasks.shift();
    if (!task.isDropped) this.#room.give(lane.shard, task.arrival.bytes);
    if (lane.tasks.size > 0) this.#makeReady(lane);
    else lane.shard.lanes.delete(lane.key);
    this.#leave(task);
  }

  /** The message runs again in so many milliseconds; its lane waits with it, and nothing else does. */
  again(task: Task<A>, after: number): void {
    if (task.isDropped || this.#isClosed) {
      this.finish(task);
      return;
    }
    const { lane } = task;
    lane.timer = setTimeout(() => {
      lane.timer = undefined;
      this.#makeReady(lane);
      this.#pump();
    }, after);
    this.#leave(task);
  }

  /** Forgets what waits of these shards. What is at work of them ends in its own time; until then its lane stays closed. */
  drop(shards: readonly string[]): void {
    for (const name of shards) {
      const shard = this.#shards.get(name);
      if (shard === undefined) continue;
      for (const lane of shard.lanes.values()) {
        this.#empty(lane);
        const atWork = lane.tasks.peek();
        if (atWork !== undefined) atWork.isDropped = true;
      }
      shard.ready.drain();
      this.#room.empty(shard);
    }
  }

  /** Starts nothing any more, and hands out what was not started. */
  close(): A[] {
    this.#isClosed = true;
    const lanes = [...this.#shards.values()].flatMap((shard) => [...shard.lanes.values()]);
    return lanes.flatMap((lane) => this.#empty(lane));
  }

  /** Resolves once nothing is at work. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #shardOf(name: string): Shard<A> {
    let shard = this.#shards.get(name);
    if (shard === undefined) this.#shards.set(name, (shard = new Shard<A>(name)));
    return shard;
  }

  #laneOf(arrival: A): Lane<A> {
    const shard = this.#shardOf(arrival.shard.name);
    const key = arrival.lane ?? arrival;
    let lane = shard.lanes.get(key);
    if (lane === undefined) shard.lanes.set(key, (lane = new Lane(shard, key)));
    return lane;
  }

  #makeReady(lane: Lane<A>): void {
    if (this.#isClosed) return;
    const { ready } = lane.shard;
    ready.push(lane);
    if (ready.size === 1) this.#turns.push(lane.shard);
  }

  #pump(): void {
    while (this.#running < this.#concurrency) {
      const task = this.#next();
      if (task === undefined) return;
      task.isAtWork = true;
      this.#running += 1;
      this.#work(task);
    }
  }

  #next(): Task<A> | undefined {
    for (;;) {
      const shard = this.#turns.shift();
      if (shard === undefined) return undefined;
      const lane = shard.ready.shift();
      if (shard.ready.size > 0) this.#turns.push(shard);
      const task = lane?.tasks.peek();
      if (task !== undefined) return task;
    }
  }

  #leave(task: Task<A>): void {
    task.isAtWork = false;
    this.#running -= 1;
    this.#pump();
    if (this.#running > 0) return;
    for (const resolve of this.#whenIdle) resolve();
    this.#whenIdle = [];
  }

  /** Takes what waits out of a lane, and leaves what is at work. */
  #empty(lane: Lane<A>): A[] {
    clearTimeout(lane.timer);
    const tasks = lane.tasks.drain();
    const atWork = tasks.find((task) => task.isAtWork);
    if (atWork === undefined) lane.shard.lanes.delete(lane.key);
    else lane.tasks.push(atWork);
    return tasks.filter((task) => task !== atWork).map((task) => task.arrival);
  }
}
