import type { MaybePromise } from '#base';
import type { TraceIds } from 'throughline/tracing';
import type { Outcome } from 'throughline/transport';
import type { Delivery } from '../../delivery.js';
import type { InboundMessage } from 'throughline/transport';
import { PendingList } from '#base';

/** The failed run of a message before its next run, if this process knows the failed run. */
export interface EarlierRun {
  /** The trace context of the failed run. Absent if nothing is traced. */
  readonly ids: TraceIds | undefined;
  /** Whether the message has waited since the failed run. */
  readonly isDelayed: boolean;
}

/** A message in its lane, and the state of its runs. */
export class Task<A extends InboundMessage = InboundMessage> {
  isInProgress = false;
  /** Whether the message needs no further run. */
  isOver = false;
  /** Whether the message's partition no longer belongs to this process. The message's outcome is then ignored. */
  isDropped = false;
  /** The outcome of the message's last run. */
  outcome: Outcome | undefined;
  earlier: EarlierRun | undefined;
  /** The message's current run. If the message's dead letter still has to be stored, its last run. */
  delivery: Delivery | undefined;
  /**
   * Stores the message's dead letter. Set if the dead letter could not be stored before. The next attempt calls this function
   * instead of the handler.
   */
  storeAgain: (() => Promise<Outcome>) | undefined;
  /** The next task in its lane. */
  next: Task<A> | undefined;

  constructor(
    readonly inbound: A,
    readonly lane: Lane<A>,
    /** The number of failed runs of the message so far. */
    public failures: number,
  ) {}
}

/** The messages of a lane, in order. Most lanes contain only one message, so this class creates no array. */
export class TaskLine<A extends InboundMessage = InboundMessage> {
  size = 0;
  #first: Task<A> | undefined;
  #last: Task<A> | undefined;

  push(task: Task<A>): void {
    if (this.#last === undefined) this.#first = task;
    else this.#last.next = task;
    this.#last = task;
    this.size += 1;
  }

  peek(): Task<A> | undefined {
    return this.#first;
  }

  shift(): Task<A> | undefined {
    const task = this.#first;
    if (task === undefined) return undefined;
    this.#first = task.next;
    if (task.next === undefined) this.#last = undefined;
    task.next = undefined;
    this.size -= 1;
    return task;
  }

  /** Returns the first `count` tasks without removing them. */
  first(count: number): Task<A>[] {
    const tasks: Task<A>[] = [];
    for (let task = this.#first; task !== undefined && tasks.length < count; task = task.next) {
      tasks.push(task);
    }
    return tasks;
  }

  /** Removes all tasks but the first `kept`, in order. */
  cut(kept: number): Task<A>[] {
    const all = this.first(this.size);
    for (let left = this.size; left > 0; left -= 1) this.shift();
    for (const task of all.slice(0, kept)) this.push(task);
    return all.slice(kept);
  }

  /**
   * Searches the next `wanted` tasks for one that no longer belongs to this process. Removes that task and all tasks behind it.
   */
  cutLapsed(wanted: number): Task<A>[] {
    let kept = 0;
    for (let task = this.#first; task !== undefined && kept < wanted; task = task.next) {
      if (task.inbound.isOurs === false) return this.cut(kept).map(over);
      kept += 1;
    }
    return [];
  }
}

const over = <A extends InboundMessage>(task: Task<A>): Task<A> => {
  task.isOver = true;
  return task;
};

/** A lane: messages that run one after another. */
export class Lane<A extends InboundMessage = InboundMessage> {
  readonly tasks = new TaskLine<A>();
  /** The number of tasks at the head of the lane that are in progress. */
  inProgress = 0;
  /** Whether the first task of the lane may run. */
  isReady = false;
  /** Whether the lane is entered in its partition: see `Partitions.begin`. */
  isEntered = false;
  /** The timer that fires when a failed message has waited for its retry. */
  timer: NodeJS.Timeout | undefined;

  constructor(
    readonly partition: PartitionLanes<A>,
    /** The lane's key in its partition. A message without an order is its own lane, and the message itself is the key. */
    readonly key: string | A,
  ) {}

  /** Whether the lane has no task in progress, ready, or waiting for a retry. */
  get isIdle(): boolean {
    return this.inProgress === 0 && !this.isReady && this.timer === undefined;
  }

  /** Records that none of the lane's tasks is still in progress. */
  rest(): void {
    if (this.inProgress === 0) return;
    for (const task of this.tasks.first(this.inProgress)) task.isInProgress = false;
    this.inProgress = 0;
  }
}

/** The lanes of one queue or topic partition. Pauses and turns apply to the partition as a whole. */
export class PartitionLanes<A extends InboundMessage = InboundMessage> {
  readonly lanes = new Map<string | A, Lane<A>>();
  /** The lanes whose first message may run. Some of these lanes may have become empty since. */
  readonly ready = new PendingList<Lane<A>>();
  /** The number of the partition's messages in this process, waiting and in progress. */
  count = 0;
  bytes = 0;
  /** The number of the partition's lanes that exceed the limit of waiting messages. */
  overfull = 0;

  constructor(readonly name: string) {}
}

/** Runs the messages of a slot, which are one message or a batch, and sets the outcome of each. Never rejects. */
export type SlotWork = (tasks: readonly Task[]) => MaybePromise<unknown>;
