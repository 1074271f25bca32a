import type { TraceIds } from 'throughline/tracing';
import type { Outcome } from 'throughline/transport';
import type { Delivery } from '../../delivery.js';
import type { InboundMessage } from 'throughline/transport';
import { PendingList } from '#base';

/** The failed run before the one to come, as far as this process knows it. */
export interface EarlierRun {
  /** Absent where nothing is traced. */
  readonly ids: TraceIds | undefined;
  /** Whether the message had to wait since. */
  readonly isDelayed: boolean;
}

/** A message in its lane. */
export class Task<A extends InboundMessage = InboundMessage> {
  isInProgress = false;
  /** Whether it needs no other run. */
  isOver = false;
  /** Whether its partition is no longer ours: what it comes to concerns nobody. */
  isDropped = false;
  /** What its last run came to. */
  outcome: Outcome | undefined;
  earlier: EarlierRun | undefined;
  /** Its run, while one is in progress or its dead letter is still to be stored. */
  delivery: Delivery | undefined;
  /** Where the message is a dead letter that could not be stored: then that is done next, and its handler does not run again. */
  storeAgain: (() => Promise<Outcome>) | undefined;
  /** Behind it in its lane. */
  next: Task<A> | undefined;

  constructor(
    readonly inbound: A,
    readonly lane: Lane<A>,
    /** Failed runs so far. */
    public failures: number,
  ) {}
}

/** The messages of a lane, in order: most lanes come and go with one, and need no list for it. */
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

  /** The first few, which stay. */
  first(count: number): Task<A>[] {
    const tasks: Task<A>[] = [];
    for (let task = this.#first; task !== undefined && tasks.length < count; task = task.next) {
      tasks.push(task);
    }
    return tasks;
  }

  /** Takes out all but the first few, in order. */
  cut(kept: number): Task<A>[] {
    const all = this.first(this.size);
    for (let left = this.size; left > 0; left -= 1) this.shift();
    for (const task of all.slice(0, kept)) this.push(task);
    return all.slice(kept);
  }

  /** Takes out the first of the next few that is no longer this process' to handle, and all behind it. */
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

/** Messages that run one after another. */
export class Lane<A extends InboundMessage = InboundMessage> {
  readonly tasks = new TaskLine<A>();
  /** How many of its first tasks are in progress. */
  inProgress = 0;
  /** Whether its first task may run. */
  isReady = false;
  /** Whether it stands in its partition: see `Partitions.begin`. */
  isEntered = false;
  /** Runs out when a failed message has waited for its next run. */
  timer: NodeJS.Timeout | undefined;

  constructor(
    readonly partition: PartitionLanes<A>,
    /** Its key in its partition; a message that stands in no order is a lane by itself, under its own message. */
    readonly key: string | A,
  ) {}

  /** Whether nothing of it is in progress, ready, or waiting for its next run. */
  get isIdle(): boolean {
    return this.inProgress === 0 && !this.isReady && this.timer === undefined;
  }

  /** Nothing of it is in progress any more. */
  rest(): void {
    if (this.inProgress === 0) return;
    for (const task of this.tasks.first(this.inProgress)) task.isInProgress = false;
    this.inProgress = 0;
  }
}

/** What came from one queue or topic-partition: what can be paused, and what gets its fair turn. */
export class PartitionLanes<A extends InboundMessage = InboundMessage> {
  readonly lanes = new Map<string | A, Lane<A>>();
  /** The lanes whose first message may run, and some that were emptied meanwhile. */
  readonly ready = new PendingList<Lane<A>>();
  /** Messages here, waiting and in progress. */
  count = 0;
  bytes = 0;
  /** How many of its lanes have more waiting than a lane may. */
  overfull = 0;

  constructor(readonly name: string) {}
}
