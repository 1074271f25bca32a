import type { Arrival } from 'throughline/transport';
import { Gathering } from './gathering.js';
import { Keeping } from './detaching.js';
import type { LanesOptions } from './scheduler-options.js';
import { Room, type RoomLimits } from './capacity.js';
import { Shards } from './partitions.js';
import { Task, type Lane, type Shard } from './task.js';
import { Turns } from './turns.js';
import { timerDelay } from '#base';

/**
 * Runs messages side by side, and in order within a lane: at most `concurrency` slots at work, a lane in one of them at a time,
 * and the shards take turns, so that a hot one does not starve the others. A message that failed holds its own lane only.
 *
 * What was handed to `work` comes back in three steps: {@link Lanes.done} for each message that needs no other run, then
 * {@link Lanes.reopen} for each of its lanes, then {@link Lanes.release} for the slot.
 */
export class Lanes<A extends Arrival = Arrival> {
  readonly #work: (tasks: readonly Task<A>[]) => void;
  readonly #giveBack: (arrivals: readonly A[]) => void;
  readonly #perSlot: number;
  readonly #gathering: Gathering;
  readonly #room: Room;
  readonly #shards = new Shards<A>();
  readonly #turns = new Turns<A>();
  readonly #keeping = new Keeping();
  #slots: number;
  #whenIdle: (() => void)[] = [];
  #running = 0;
  #isHeld = false;
  #isPumping = false;
  #isPaused = false;
  #isClosed = false;

  /** @param giveBack told of messages that are not begun, since they are no longer this process' to handle */
  constructor(
    options: LanesOptions,
    work: (tasks: readonly Task<A>[]) => void,
    giveBack: (arrivals: readonly A[]) => void = () => undefined,
  ) {
    this.#work = work;
    this.#giveBack = giveBack;
    this.#slots = options.concurrency;
    this.#perSlot = options.perSlot ?? 1;
    this.#gathering = new Gathering(this.#perSlot, options.gatherFor ?? 0, () => this.#pump());
    this.#room = new Room(options);
  }

  /** Slots at work. */
  get running(): number {
    return this.#running;
  }

  /** Messages here that are not at work. */
  get waiting(): number {
    return this.#shards.waiting;
  }

  /** When the oldest message here was sent, or came where its sender does not say; in milliseconds since the epoch. */
  get oldest(): number | undefined {
    return this.#shards.oldest;
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
    const found = this.#shards.of(shard);
    return this.#isPaused ? this.#room.holdBack(found) : this.#room.of(found);
  }

  onRoom(wake: (shard: string) => void): void {
    this.#room.onRoom((shard) => {
      if (!this.#isClosed) wake(shard.name);
    });
  }

  /** How many messages wait behind the first of this lane. */
  waitingIn(arrival: Pick<Arrival, 'shard' | 'lane'>): number {
    return this.#shards.waitingIn(arrival);
  }

  add(arrivals: readonly A[]): void {
    for (const arrival of arrivals) {
      const shard = this.#shards.of(arrival.shard.name);
      if (this.#runsAtOnce(shard, arrival)) this.#runAtOnce(shard, arrival);
      else this.#lineUp(shard, arrival);
    }
    this.#pump();
  }

  #lineUp(shard: Shard<A>, arrival: A): void {
    const lane = this.#shards.laneOf(shard, arrival);
    this.#keeping.add(this.#push(lane, arrival));
    if (lane.isReady) this.#turns.grew();
    else if (lane.isIdle) this.#makeReady(lane);
  }

  #push(lane: Lane<A>, arrival: A): Task<A> {
    const task = new Task(arrival, lane, arrival.failures);
    lane.tasks.push(task);
    this.#room.take(lane, arrival.bytes);
    return task;
  }

  /** Whether nobody is before it: neither of its lane, nor in the turns for a slot. */
  #runsAtOnce(shard: Shard<A>, arrival: A): boolean {
    if (this.#perSlot > 1 || this.#isPumping || this.#turns.messages > 0) return false;
    return this.#isOpen && arrival.isOurs !== false && !this.#shards.hasLaneOf(shard, arrival);
  }

  #runAtOnce(shard: Shard<A>, arrival: A): void {
    const lane = this.#shards.begin(shard, arrival);
    const task = this.#push(lane, arrival);
    task.isAtWork = true;
    lane.atWork = 1;
    this.#running += 1;
    this.#isPumping = true;
    try {
      this.#work([task]);
    } finally {
      this.#isPumping = false;
      this.#shards.show();
    }
    if (!task.isOver) this.#keeping.add(task);
  }

  /** The message has come to an end, whatever it is. Of one lane in order, and only from its head on. */
  done(task: Task<A>): void {
    const { lane } = task;
    lane.tasks.shift();
    task.isAtWork = false;
    task.isOver = true;
    lane.atWork -= 1;
    if (!task.isDropped) this.#room.give(lane, task.arrival.bytes);
  }

  /** What is left of the lane may run: at once, or in so many milliseconds. Nothing else waits with it. */
  reopen(lane: Lane<A>, after = 0): void {
    lane.rest();
    while (lane.tasks.peek()?.isDropped === true) lane.tasks.shift();
    if (lane.tasks.size === 0) {
      this.#shards.leave(lane);
    } else if (after === 0) {
      this.#makeReady(lane);
    } else if (!this.#isClosed) {
      lane.timer = setTimeout(() => {
        lane.timer = undefined;
        this.#makeReady(lane);
        this.#pump();
      }, timerDelay(after));
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
      const shard = this.#shards.known(name);
      if (shard === undefined) continue;
      for (const lane of shard.lanes.values()) {
        for (const task of lane.tasks.first(lane.tasks.size)) task.isDropped = true;
        this.#empty(lane);
      }
      this.#room.empty(shard);
    }
  }

  /** Starts nothing any more, and hands out what was not started. */
  close(): A[] {
    this.#isClosed = true;
    this.#gathering.end();
    return this.#shards.lanes.flatMap((lane) => this.#empty(lane));
  }

  /** Resolves once nothing is at work. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #makeReady(lane: Lane<A>): void {
    if (!this.#isClosed) this.#turns.add(lane);
  }

  /** What ends at once is followed by the next in this loop, and not deeper and deeper within itself. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#mayStart()) {
        const tasks = this.#take();
        if (tasks.length === 0) break;
        this.#running += 1;
        this.#work(tasks);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  #mayStart(): boolean {
    const { messages } = this.#turns;
    return messages > 0 && this.#isOpen && this.#gathering.isEnough(messages);
  }

  /** Whether there is a slot, and nothing that keeps it empty. */
  get #isOpen(): boolean {
    return this.#running < this.#slots && !this.#isHeld && !this.#isPaused && !this.#isClosed;
  }

  #take(): Task<A>[] {
    this.#gathering.end();
    const tasks: Task<A>[] = [];
    while (tasks.length < this.#perSlot) {
      const lane = this.#turns.next();
      if (lane === undefined) break;
      this.#giveBackFrom(lane, this.#perSlot - tasks.length);
      const taken = lane.tasks.first(this.#perSlot - tasks.length);
      lane.atWork = taken.length;
      for (const task of taken) {
        task.isAtWork = true;
        tasks.push(task);
      }
    }
    return tasks;
  }

  /**
   * What is no longer this process' to handle is not begun. Nothing behind it in its lane is either: its broker hands out all of
   * them again, in order.
   */
  #giveBackFrom(lane: Lane<A>, wanted: number): void {
    const cut = lane.tasks.cutLapsed(wanted);
    if (cut.length === 0) return;
    for (const { arrival } of cut) this.#room.give(lane, arrival.bytes);
    if (lane.tasks.size === 0) this.#shards.leave(lane);
    this.#giveBack(cut.map(({ arrival }) => arrival));
  }

  /** Takes what waits out of a lane, and leaves what is at work. */
  #empty(lane: Lane<A>): A[] {
    clearTimeout(lane.timer);
    lane.timer = undefined;
    this.#turns.leave(lane);
    const cut = lane.tasks.cut(lane.atWork);
    if (lane.atWork === 0) this.#shards.leave(lane);
    return cut.map(({ arrival }) => arrival);
  }
}
