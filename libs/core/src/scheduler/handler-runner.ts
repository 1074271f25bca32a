import type { Next } from '../pipeline/step.js';
import { Scheduler } from './lanes/scheduler.js';
import { Lane, PartitionLanes, Task, type SlotWork } from './lanes/task.js';
import { GIVEN_BACK, type Outcome, type Retry } from 'throughline/transport';
import { abortDelivery, type Delivery } from '../delivery.js';
import type { ProcessingHooks } from '../pipeline/processing-hooks.js';
import { sentenceOf } from '#base';
import type { Settler } from './settler.js';
import type { MaybePromise } from '#base';
import type { InboundMessage, SourceFeatures } from 'throughline/transport';
import type { BlockedMessages } from './blocked-messages.js';
import { OutageGate } from './outage-gate.js';
import type { HandlerCounts } from './handler-counts.js';
import type { MessageRunner } from '../pipeline/run/message-runner.js';
import { OwnLog } from '#base';

/** The limits of a handler. */
export interface Capacity {
  readonly concurrency: number;
  readonly perSlot: number;
  /** How long a batch waits to fill up, in milliseconds. */
  readonly gatherFor: number;
  readonly laneLimit: number;
}

/** Dependencies of a handler runner. */
export interface HandlerRunnerParts {
  readonly handler: string;
  readonly capacity: Capacity;
  readonly features: SourceFeatures;
  readonly work: SlotWork;
  readonly settler: Settler;
  /** Stores a message that exceeds `laneLimit` as a dead letter. Set if `onBlocked` is `deadLetter`. */
  readonly storeDeadLetter: Next | undefined;
  readonly runner: MessageRunner;
  readonly blocked: BlockedMessages;
  /** The calls of a batch handler that are in progress. */
  readonly batchCalls: ReadonlySet<Delivery>;
  /** The names of the pipeline steps of each handler, by handler name. */
  readonly steps: ReadonlyMap<string, readonly string[]>;
  readonly hooks: ProcessingHooks;
  /** See `FastPaths`. */
  readonly immediateStarts: boolean;
  /** The counters of each handler, by handler name. */
  readonly allCounts: ReadonlyMap<string, HandlerCounts>;
  /** Reports each counted failure to the source. */
  readonly countFailure: (inbound: InboundMessage, failures: number) => void;
}

const BYTES_WAITING = 64 * 1_024 * 1_024;
/** How long a message waits after a run without an outcome, in milliseconds. */
const AFTER_A_BROKEN_RUN = 1_000;

const log = new OwnLog('Throughline');

/** Runs the messages of one handler: takes them from their lanes, runs them, and concludes each of them. */
export class HandlerRunner {
  readonly lanes: Scheduler;
  /** Accepts messages of the handler's channel. */
  readonly take: (inbounds: readonly InboundMessage[]) => void;
  readonly #parts: HandlerRunnerParts;
  readonly #gate: OutageGate;
  #concurrency: number;

  constructor(parts: HandlerRunnerParts) {
    const { capacity, handler } = parts;
    const { concurrency, perSlot, gatherFor, laneLimit } = capacity;
    this.#parts = parts;
    this.#concurrency = concurrency;
    this.lanes = new Scheduler(
      {
        concurrency,
        perSlot,
        gatherFor,
        immediateStarts: parts.immediateStarts,
        ...this.#roomFor(concurrency),
        // A full lane must not pause its partition if further messages become dead letters.
        perLane: parts.storeDeadLetter === undefined ? laneLimit : Infinity,
        bytes: BYTES_WAITING,
      },
      this.#run,
      (inbounds) => {
        parts.blocked.forgetGone();
        for (const inbound of inbounds) parts.settler.add(inbound, GIVEN_BACK);
      },
    );
    const { storeDeadLetter } = parts;
    this.take =
      storeDeadLetter === undefined
        ? this.lanes.add.bind(this.lanes) // saves a function call for each poll
        : (inbounds) => this.#takeWithinLimit(inbounds, storeDeadLetter);
    this.#gate = new OutageGate(this.lanes, concurrency, handler);
  }

  /** The maximum number of messages, or batches, of the handler that are in progress at the same time. */
  get concurrency(): number {
    return this.#concurrency;
  }

  /** Changes the concurrency of the handler. If more messages are in progress, they finish. */
  set concurrency(slots: number) {
    this.#concurrency = slots;
    this.lanes.resizeCapacity(this.#roomFor(slots));
    this.#gate.resize(slots);
  }

  /** Whether something that this runner's handlers need is unavailable. */
  get isWaitingForOutage(): boolean {
    return this.#gate.isClosed;
  }

  countsOf(handler: string): HandlerCounts | undefined {
    return this.#parts.allCounts.get(handler);
  }

  #roomFor(slots: number): { readonly perPartition: number; readonly resumeBelow: number } {
    const { capacity, features } = this.#parts;
    const inProgress = slots * capacity.perSlot;
    return {
      perPartition: inProgress + features.ahead.max,
      resumeBelow: inProgress + features.ahead.resume,
    };
  }

  /** The pipeline steps of a handler, outermost first. */
  stepsOf(handler: string): readonly string[] {
    return this.#parts.steps.get(handler) ?? [];
  }

  /** Aborts the signals of all runs in progress, because the shutdown timeout has expired. */
  abort(reason: Error): void {
    for (const { delivery } of this.lanes.inProgress) {
      if (delivery !== undefined) abortDelivery(delivery, reason);
    }
    for (const call of this.#parts.batchCalls) abortDelivery(call, reason);
  }

  /** Takes messages. If too many messages with the same key are waiting, further ones become dead letters. */
  #takeWithinLimit(inbounds: readonly InboundMessage[], storeDeadLetter: Next): void {
    for (const inbound of inbounds) {
      if (this.lanes.waitingIn(inbound) > this.#parts.capacity.laneLimit)
        void this.#storeDeadLetter(inbound, storeDeadLetter);
      else this.lanes.add([inbound]);
    }
  }

  /** Drops the waiting messages of the given partitions, because these partitions no longer belong to this process. */
  drop(origins: readonly string[]): void {
    this.lanes.drop(origins);
    this.#parts.blocked.forgetGone();
  }

  /** Closes the runner: it starts no more messages. Returns the messages that were not started. */
  close(): InboundMessage[] {
    this.#gate.stop();
    this.#parts.blocked.close();
    return this.lanes.close();
  }

  /** Dead-letters a message outside its lane. If that fails, the message waits for its turn in its lane. */
  async #storeDeadLetter(inbound: InboundMessage, storeDeadLetter: Next): Promise<void> {
    const origin = new PartitionLanes(inbound.origin.name);
    const task = new Task(inbound, new Lane(origin, inbound), inbound.failures);
    try {
      const outcome = await this.#parts.runner.run(task, storeDeadLetter);
      if (outcome.kind === 'retry') this.lanes.add([inbound]);
      else this.#parts.settler.add(inbound, outcome);
    } catch (error) {
      this.#logBroken(error);
      this.lanes.add([inbound]);
    }
  }

  /**
   * Runs the messages of a slot. Never throws or rejects. After an internal error, the messages have no outcome and are retried.
   */
  readonly #run = (tasks: readonly Task[]): void => {
    for (const task of tasks) task.outcome = undefined;
    let working: MaybePromise<unknown>;
    try {
      working = this.#parts.work(tasks);
    } catch (error) {
      this.#logBroken(error);
    }
    if (working instanceof Promise) {
      void working
        .catch((error: unknown) => this.#logBroken(error))
        .then(() => this.#concludeSlot(tasks));
    } else this.#concludeSlot(tasks);
  };

  #logBroken(error: unknown): void {
    log.error(
      `${this.#parts.handler} could not run because of an internal error: ${sentenceOf(error)} The affected messages will be retried.`,
    );
  }

  /** Concludes the messages of a slot. Messages in the same lane are adjacent. */
  #concludeSlot(tasks: readonly Task[]): void {
    let lane: Lane | undefined;
    let waits = 0;
    for (const task of tasks) {
      if (task.lane !== lane) {
        if (lane !== undefined) this.lanes.reopen(lane, waits);
        lane = task.lane;
        waits = 0;
      }
      // Messages behind a retried message stay in the lane, and are not counted.
      if (waits === 0) waits = this.#concludeOne(task);
      if (!task.isOver) this.#parts.hooks.settled(task.inbound);
    }
    if (lane !== undefined) this.lanes.reopen(lane, waits);
    this.lanes.release();
  }

  #concludeOne(task: Task): number {
    const { outcome } = task;
    this.#parts.blocked.saw(task, outcome);
    if (outcome === undefined) return AFTER_A_BROKEN_RUN;
    this.#gate.saw(outcome);
    return this.#conclude(task, outcome);
  }

  /** Concludes a message. Returns how long it waits in its lane for a retry, in milliseconds, or 0 if it is done. */
  #conclude(task: Task, outcome: Outcome): number {
    const { settler, hooks, countFailure } = this.#parts;
    const { inbound } = task;
    if (outcome.kind === 'retry') {
      if (outcome.counts) countFailure(inbound, (task.failures += 1));
      if (this.#waitsHere(outcome)) return Math.max(1, outcome.after);
    }
    if (task.isDropped) hooks.settled(inbound);
    else settler.add(inbound, outcome);
    this.lanes.done(task);
    return 0;
  }

  /**
   * Whether a message waits for its retry in this process. Otherwise, it waits at the broker. A message that is retried without
   * having failed, for example in an outage, always waits here: each wait at the broker would add to its receive count.
   */
  #waitsHere({ where }: Retry): boolean {
    if (this.lanes.isClosed) return false;
    return this.#parts.features.retry === 'lane' || where === 'lane';
  }
}
