import type { Arrival } from '../source.js';
import { Fifo } from './fifo.js';
import type { LanesOptions } from './lanes-options.js';
import { Room, type RoomLimits } from './room.js';
import { Lane, Shard, Task } from './task.js';

/**
 * Runs messages side by side, and in order within a lane: at most `concurrency` slots at work, a lane in one of them at a time,
 * and the shards take turns, so that a hot one does not starve the others. A message that failed holds its own lane only.
 *
 * What was handed to `work` comes back in three steps: {@link Lanes.done} for each message that needs no other run, then
 * {@link Lanes.reopen} for each of its lanes, then {@link Lanes.release} for the slot.
 */
export class Lanes<A extends Arrival = Arrival> {
  readonly #work: (tasks: readonly Task<A>[]) => void;
  readonly #perSlot: number;
  readonly #gatherFor: number;
  readonly #room: Room;
  readonly #shards = new Map<string, Shard<A>>();
  /** The shards that have a lane ready, in turn. */
  readonly #turns = new Fifo<Shard<A>>();
  #slots: number;
  /** Messages that could run now, were there a slot. */
  #ready = 0;
  #gathering: NodeJS.Timeout | undefined;
  #hasGathered = false;
  #whenIdle: (() => void)[] = [];
  #running = 0;
  #isHeld = false;
  #isPumping = false;
  #isPaused = false;
  #isClosed = false;

  constructor(options: LanesOptions, work: (tasks: readonly Task<A>[]) => void) {
    this.#work = work;
    this.#slots = options.concurrency;
    this.#perSlot = options.perSlot ?? 1;
    this.#gatherFor = options.gatherFor ?? 0;
    this.#room = new Room(options);
  }

  /** Slots at work. */
  get running(): number {
    return this.#running;
  }

  /** Messages here that are not at work. */
  get waiting(): number {
    return this.#tasks().filter(({ isAtWork }) => !isAtWork).length;
  }

  /** When the oldest message here was sent, or came where its sender does not say; in milliseconds since the epoch. */
  get oldest(): number | undefined {
    const times = this.#tasks().map(({ arrival }) => arrival.incoming.sentAt ?? arrival.receivedAt);
    return times.length === 0 ? undefined : times.reduce((least, time) => Math.min(least, time));
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Starts nothing, and takes nothing more, until {@link Lanes.resume}: whatever else holds or releases them. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#room.wakeAll();
    this.#pump();
  }

  /** Whether nothing starts any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Starts nothing until {@link Lanes.goOn}; what is at work is left to end. */
  hold(): void {
    this.#isHeld = true;
  }

  goOn(): void {
    this.#isHeld = false;
    this.#pump();
  }

  /** How many slots there are from now on; what is at work is left to end. With 0, nothing starts. */
  resize(slots: number): void {
    this.#slots = slots;
    this.#pump();
  }

  /** How many messages of a shard there is room for from now on. */
  resizeRoom(limits: Pick<RoomLimits, 'perShard' | 'resumeBelow'>): void {
    this.#room.resize(limits);
  }

  /** How many more messages of this shard there is room for. */
  room(shard: string): number {
    if (this.#isClosed) return 0;
    const found = this.#shardOf(shard);
    return this.#isPaused ? this.#room.holdBack(found) : this.#room.of(found);
  }

  onRoom(wake: (shard: string) => void): void {
    this.#room.onRoom((shard) => {
      if (!this.#isClosed) wake(shard.name);
    });
  }

  /** How many messages wait behind the first of this lane. */
  waitingIn({ shard, lane }: Pick<Arrival, 'shard' | 'lane'>): number {
    if (lane === null) return 0;
    return this.#shards.get(shard.name)?.lanes.get(lane)?.tasks.size ?? 0;
  }

  add(arrivals: readonly A[]): void {
    for (const arrival of arrivals) {
      const lane = this.#laneOf(arrival);
      lane.tasks.push(new Task(arrival, lane, arrival.failures));
      this.#room.take(lane, arrival.bytes);
      if (lane.isReady) this.#ready += 1;
      else if (lane.isIdle) this.#makeReady(lane);
    }
    this.#pump();
  }

  /** The message has come to an end, whatever it is. Of one lane in order, and only from its head on. */
  done(task: Task<A>): void {
    const { lane } = task;
    lane.tasks.shift();
    task.isAtWork = false;
    lane.atWork -= 1;
    if (!task.isDropped) this.#room.give(lane, task.arrival.bytes);
  }

  /** What is left of the lane may run: at once, or in so many milliseconds. Nothing else waits with it. */
  reopen(lane: Lane<A>, after = 0): void {
    if (lane.atWork > 0) {
      for (const task of lane.tasks.first(lane.atWork)) task.isAtWork = false;
      lane.atWork = 0;
    }
    while (lane.tasks.peek()?.isDropped === true) lane.tasks.shift();
    if (lane.tasks.size === 0) {
      lane.shard.lanes.delete(lane.key);
    } else if (after === 0) {
      this.#makeReady(lane);
    } else if (!this.#isClosed) {
      lane.timer = setTimeout(() => {
        lane.timer = undefined;
        this.#makeReady(lane);
        this.#pump();
      }, after);
    }
  }

  /** The slot is free. */
  release(): void {
    this.#running -= 1;
    this.#pump();
    if (this.#running > 0) return;
    for (const resolve of this.#whenIdle) resolve();
    this.#whenIdle = [];
  }

  /** Forgets what waits of these shards. What is at work of them ends in its own time; until then its lane stays closed. */
  drop(shards: readonly string[]): void {
    for (const name of shards) {
      const shard = this.#shards.get(name);
      if (shard === undefined) continue;
      for (const lane of shard.lanes.values()) {
        this.#empty(lane);
        for (const task of lane.tasks.first(lane.atWork)) task.isDropped = true;
      }
      this.#room.empty(shard);
    }
  }

  /** Starts nothing any more, and hands out what was not started. */
  close(): A[] {
    this.#isClosed = true;
    clearTimeout(this.#gathering);
    const lanes = [...this.#shards.values()].flatMap((shard) => [...shard.lanes.values()]);
    return lanes.flatMap((lane) => this.#empty(lane));
  }

  /** Resolves once nothing is at work. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #tasks(): readonly Task<A>[] {
    const lanes = [...this.#shards.values()].flatMap((shard) => [...shard.lanes.values()]);
    return lanes.flatMap(({ tasks }) => tasks.first(tasks.size));
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
    lane.isReady = true;
    this.#ready += lane.tasks.size;
    const { ready } = lane.shard;
    ready.push(lane);
    if (ready.size === 1) this.#turns.push(lane.shard);
  }

  /** What ends at once is followed by the next in this loop, and not deeper and deeper within itself. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#canStart() && this.#isWorthASlot()) {
        const tasks = this.#take();
        if (tasks.length === 0) break;
        this.#running += 1;
        this.#work(tasks);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  #canStart(): boolean {
    return !this.#isHeld && !this.#isPaused && this.#running < this.#slots && this.#ready > 0;
  }

  /** A slot for many waits a little for as many, from the moment on that there is one to begin with. */
  #isWorthASlot(): boolean {
    if (this.#ready >= this.#perSlot || this.#gatherFor === 0 || this.#hasGathered) return true;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#hasGathered = true;
      this.#pump();
    }, this.#gatherFor);
    return false;
  }

  #take(): Task<A>[] {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#hasGathered = false;
    const tasks: Task<A>[] = [];
    while (tasks.length < this.#perSlot) {
      const lane = this.#nextLane();
      if (lane === undefined) break;
      const taken = lane.tasks.first(this.#perSlot - tasks.length);
      lane.isReady = false;
      lane.atWork = taken.length;
      this.#ready -= lane.tasks.size;
      for (const task of taken) {
        task.isAtWork = true;
        tasks.push(task);
      }
    }
    return tasks;
  }

  #nextLane(): Lane<A> | undefined {
    for (let shard = this.#turns.shift(); shard !== undefined; shard = this.#turns.shift()) {
      const lane = shard.ready.shift();
      if (shard.ready.size > 0) this.#turns.push(shard);
      if (lane?.isReady === true) return lane;
    }
    return undefined;
  }

  /** Takes what waits out of a lane, and leaves what is at work. */
  #empty(lane: Lane<A>): A[] {
    clearTimeout(lane.timer);
    lane.timer = undefined;
    if (lane.isReady) this.#ready -= lane.tasks.size;
    lane.isReady = false;
    const cut = lane.tasks.cut(lane.atWork);
    if (lane.atWork === 0) lane.shard.lanes.delete(lane.key);
    return cut.map(({ arrival }) => arrival);
  }
}
