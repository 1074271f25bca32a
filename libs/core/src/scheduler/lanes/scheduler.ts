import type { InboundMessage } from 'throughline/transport';
import { Gathering } from './gathering.js';
import { Detaching } from './detaching.js';
import type { SchedulerOptions } from './scheduler-options.js';
import { CapacityLedger, type CapacityLimits } from './capacity.js';
import { Partitions } from './partitions.js';
import { Task, type Lane, type PartitionLanes } from './task.js';
import { Turns } from './turns.js';
import { timerDelay } from '#base';

/**
 * Runs messages concurrently, and the messages of one lane in order. At most `concurrency` slots are in progress, and a lane
 * occupies at most one of them. Partitions take turns, so a busy partition does not starve the others. A failed message blocks
 * only its own lane.
 *
 * After `work`, the caller calls {@link Scheduler.done} for each message that needs no retry, then {@link Scheduler.reopen} for
 * each of its lanes, then {@link Scheduler.release} for the slot.
 */
export class Scheduler<A extends InboundMessage = InboundMessage> {
  readonly #work: (tasks: readonly Task<A>[]) => void;
  readonly #giveBack: (inbounds: readonly A[]) => void;
  readonly #perSlot: number;
  readonly #immediateStarts: boolean;
  readonly #gathering: Gathering;
  readonly #capacity: CapacityLedger;
  readonly #partitions = new Partitions<A>();
  readonly #turns = new Turns<A>();
  readonly #detaching = new Detaching();
  #slots: number;
  readonly #whenIdle: (() => void)[] = [];
  #running = 0;
  #isSuspended = false;
  #isPumping = false;
  #isPaused = false;
  #isClosed = false;

  /** @param giveBack called with messages that no longer belong to this process and have not started */
  constructor(
    options: SchedulerOptions,
    work: (tasks: readonly Task<A>[]) => void,
    giveBack: (inbounds: readonly A[]) => void = () => undefined,
  ) {
    this.#work = work;
    this.#giveBack = giveBack;
    this.#slots = options.concurrency;
    this.#perSlot = options.perSlot ?? 1;
    this.#immediateStarts = options.immediateStarts ?? true;
    this.#gathering = new Gathering(this.#perSlot, options.gatherFor ?? 0, () => this.#pump());
    this.#capacity = new CapacityLedger(options);
  }

  get running(): number {
    return this.#running;
  }

  get inProgress(): readonly Task<A>[] {
    return this.#partitions.inProgress;
  }

  get waiting(): number {
    return this.#partitions.waiting;
  }

  /** When the oldest message was sent, or received if the send time is unknown, in milliseconds since the epoch. */
  get oldest(): number | undefined {
    return this.#partitions.oldest;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Pauses the scheduler: it starts and receives nothing until {@link Scheduler.resume}. Suspended starts are independent. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#capacity.wakeAll();
    this.#pump();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Suspends starts: no message starts until {@link Scheduler.resumeStarts}. Messages in progress finish. */
  suspendStarts(): void {
    this.#isSuspended = true;
  }

  resumeStarts(): void {
    this.#isSuspended = false;
    this.#pump();
  }

  /** Sets the number of slots. Messages in progress finish. With 0 slots, nothing starts. */
  resize(slots: number): void {
    this.#slots = slots;
    this.#pump();
  }

  /** Sets how many messages per partition may be in this process. */
  resizeCapacity(limits: Pick<CapacityLimits, 'perPartition' | 'resumeBelow'>): void {
    this.#capacity.resize(limits);
  }

  capacity(partition: string): number {
    if (this.#isClosed) return 0;
    const found = this.#partitions.of(partition);
    return this.#isPaused ? this.#capacity.pause(found) : this.#capacity.of(found);
  }

  onCapacity(wake: (partition: string) => void): void {
    this.#capacity.onCapacity((partition) => {
      if (!this.#isClosed) wake(partition.name);
    });
  }

  waitingIn(inbound: Pick<InboundMessage, 'origin' | 'lane'>): number {
    return this.#partitions.waitingIn(inbound);
  }

  add(inbounds: readonly A[]): void {
    for (const inbound of inbounds) {
      const partition = this.#partitions.of(inbound.origin.name);
      if (!this.#startsAtOnce(partition, inbound)) {
        this.#lineUp(partition, inbound);
        continue;
      }
      const task = this.#beginAtOnce(partition, inbound);
      try {
        this.#work([task]);
      } finally {
        this.#isPumping = false;
        this.#partitions.show();
      }
      if (!task.isOver) this.#detaching.add(task);
    }
    this.#pump();
  }

  #lineUp(partition: PartitionLanes<A>, inbound: A): void {
    const lane = this.#partitions.laneOf(partition, inbound);
    this.#detaching.add(this.#push(lane, inbound));
    if (lane.isReady) this.#turns.grew();
    else if (lane.isIdle) this.#makeReady(lane);
  }

  #push(lane: Lane<A>, inbound: A): Task<A> {
    const task = new Task(inbound, lane, inbound.failures);
    lane.tasks.push(task);
    this.#capacity.take(lane, inbound.bytes);
    return task;
  }

  /** Whether no other message precedes this one in its lane or in the queue for a slot. */
  #startsAtOnce(partition: PartitionLanes<A>, inbound: A): boolean {
    if (!this.#immediateStarts || this.#perSlot > 1 || this.#isPumping || this.#turns.messages > 0)
      return false;
    return (
      this.#isOpen && inbound.isOurs !== false && !this.#partitions.hasLaneOf(partition, inbound)
    );
  }

  #beginAtOnce(partition: PartitionLanes<A>, inbound: A): Task<A> {
    const task = this.#push(this.#partitions.begin(partition, inbound), inbound);
    task.isInProgress = true;
    this.#running += 1;
    this.#isPumping = true;
    return task;
  }

  /** Reports that a message needs no further run. In an ordered lane, this is the lane's first message. */
  done(task: Task<A>): void {
    const { lane } = task;
    lane.tasks.shift();
    task.isInProgress = false;
    task.isOver = true;
    lane.inProgress -= 1;
    if (!task.isDropped) this.#capacity.give(lane, task.inbound.bytes);
  }

  /** Lets the remaining messages of a lane run, immediately or after `after` milliseconds. */
  reopen(lane: Lane<A>, after = 0): void {
    lane.rest();
    while (lane.tasks.peek()?.isDropped === true) lane.tasks.shift();
    if (lane.tasks.size === 0) {
      this.#partitions.leave(lane);
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

  release(): void {
    this.#running -= 1;
    this.#pump();
    if (this.#running > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Drops the waiting messages of some partitions. Their lanes stay closed until messages in progress finish. */
  drop(partitions: readonly string[]): void {
    for (const name of partitions) {
      const partition = this.#partitions.known(name);
      if (partition === undefined) continue;
      for (const lane of partition.lanes.values()) {
        for (const task of lane.tasks.first(lane.tasks.size)) task.isDropped = true;
        this.#empty(lane);
      }
      this.#capacity.empty(partition);
    }
  }

  /** Closes the scheduler: it starts no more messages. Returns the messages that were not started. */
  close(): A[] {
    this.#isClosed = true;
    this.#gathering.end();
    return this.#partitions.lanes.flatMap((lane) => this.#empty(lane));
  }

  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #makeReady(lane: Lane<A>): void {
    if (!this.#isClosed) this.#turns.add(lane);
  }

  /** Starts the next messages. If a message ends synchronously, the next one starts in a loop, not by recursion. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (
        this.#turns.messages > 0 &&
        this.#isOpen &&
        this.#gathering.isEnough(this.#turns.messages)
      ) {
        const tasks = this.#take();
        if (tasks.length === 0) break;
        this.#running += 1;
        this.#work(tasks);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  /** Whether the next message may start: a slot is free, and nothing suspends starts. */
  get #isOpen(): boolean {
    return this.#running < this.#slots && !this.#isSuspended && !this.#isPaused && !this.#isClosed;
  }

  #take(): Task<A>[] {
    this.#gathering.end();
    const tasks: Task<A>[] = [];
    while (tasks.length < this.#perSlot) {
      const lane = this.#turns.next();
      if (lane === undefined) break;
      this.#giveBackFrom(lane, this.#perSlot - tasks.length);
      const taken = lane.tasks.first(this.#perSlot - tasks.length);
      lane.inProgress = taken.length;
      for (const task of taken) {
        task.isInProgress = true;
        tasks.push(task);
      }
    }
    return tasks;
  }

  /** Gives back the first waiting message that no longer belongs to this process, and those behind it, for redelivery. */
  #giveBackFrom(lane: Lane<A>, wanted: number): void {
    const cut = lane.tasks.cutLapsed(wanted);
    if (cut.length === 0) return;
    for (const { inbound } of cut) this.#capacity.give(lane, inbound.bytes);
    if (lane.tasks.size === 0) this.#partitions.leave(lane);
    this.#giveBack(cut.map(({ inbound }) => inbound));
  }

  /** Removes waiting messages from a lane, and keeps those in progress. */
  #empty(lane: Lane<A>): A[] {
    clearTimeout(lane.timer);
    lane.timer = undefined;
    this.#turns.leave(lane);
    const cut = lane.tasks.cut(lane.inProgress);
    if (lane.inProgress === 0) this.#partitions.leave(lane);
    return cut.map(({ inbound }) => inbound);
  }
}
