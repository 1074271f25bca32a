import { allOf, andThen, either, isAwaitable, type MaybePromise } from '#base';
import type { End, TraceIds, Tracer, Work } from 'throughline/tracing';
import { GIVEN_BACK, type Outcome } from 'throughline/transport';
import { Batch, concurrencyOf, type EachOptions, type EachWork } from '../../batch.js';
import { Delivery, endDelivery, inboundOf, payloadOf } from '../../delivery.js';
import type { SlotWork } from '../../scheduler/lanes/task.js';
import type { Lane, Task } from '../../scheduler/lanes/task.js';
import { answerOf, compose, type Around, type NestHandler } from '../compose.js';
import type { ProcessingHooks } from '../processing-hooks.js';
import { currentRun, freePlace } from '../run/current-run.js';
import type { MessageRunner } from '../run/message-runner.js';
import type { Step } from '../step.js';
import { eachInLanes } from './each.js';
import { byLane, Member, type Thrown } from './member.js';
import { preparing, type Ending, type Prepared } from './prepared.js';

/** Dependencies of a batch handler's runner. */
export interface BatchWorkParts {
  readonly handler: NestHandler;
  /** The handler's name, such as `OrderProcessor.process`. */
  readonly name: string;
  readonly tracer: Tracer;
  readonly hooks: ProcessingHooks;
  /** See `FastPaths`. */
  readonly sharedPlaces: boolean;
  readonly runner: MessageRunner;
  /** The calls of the batch handler that are in progress. If the shutdown timeout expires, their signals abort. */
  readonly calls: Set<Delivery>;
  /** The steps of a batch handler, grouped by what they run around. */
  readonly steps: BatchSteps;
}

/** The steps of a batch handler. */
export interface BatchSteps {
  /** The steps that determine the outcome of each message in a batch. */
  readonly outcome: Around;
  /** The steps that run around each message in a batch, before the handler sees the message. */
  readonly preparation: readonly Step[];
  /** The steps that run around the call to the batch handler. */
  readonly call: readonly Step[];
}

/** The parts that all batches of a handler share. */
interface BatchContext extends BatchWorkParts {
  readonly prepare: (delivery: Delivery) => MaybePromise<Prepared>;
}

/** Runs one call of a batch handler. Synchronous work creates no promise. */
export function batchWork(parts: BatchWorkParts): SlotWork {
  const context = { ...parts, prepare: preparing(parts.steps.preparation) };
  return (tasks) => new BatchRun(context).run(tasks);
}

class BatchRun {
  readonly #context: BatchContext;
  #batch: TraceIds | undefined;
  #members: readonly Member[] = [];
  #byDelivery: ReadonlyMap<Delivery, Member> | undefined;
  /** The calls of `each` that have not succeeded yet. The handler may not have awaited them. */
  readonly #openEach = new Set<Promise<void>>();

  constructor(context: BatchContext) {
    this.#context = context;
  }

  run(tasks: readonly Task[]): MaybePromise<unknown> {
    const prepared = allOf(tasks.map((task) => this.#prepare(task)));
    return andThen(prepared, (all) => {
      const ready = all.filter((member) => member !== undefined);
      return ready.length === tasks.length
        ? this.#handle(ready)
        : this.#withoutThoseBehind(tasks, ready).then((members) => this.#handle(members));
    });
  }

  #prepare(task: Task): MaybePromise<Member | undefined> {
    if (task.storeAgain !== undefined) return this.#storeAgain(task);
    const delivery = (task.delivery = new Delivery(task.inbound, task.failures + 1));
    const prepared = this.#context.prepare(delivery);
    return prepared instanceof Promise
      ? prepared.then((late) => this.#memberOf(task, delivery, late))
      : this.#memberOf(task, delivery, prepared);
  }

  /** Stores the dead letter of a message that has already been handled. Such a message is not included in a batch again. */
  #storeAgain(task: Task): MaybePromise<undefined> {
    return andThen(this.#context.runner.run(task, neverRun), () => undefined);
  }

  #memberOf(task: Task, delivery: Delivery, prepared: Prepared): MaybePromise<Member | undefined> {
    if (prepared.kind === 'ready') return new Member(task, delivery, prepared.conclude);
    const { steps, runner } = this.#context;
    const { ending } = prepared;
    return andThen(
      runner.run(task, (one) => steps.outcome(one, ending)),
      () => undefined,
    );
  }

  /**
   * Removes each message that follows a retried message in its lane. Otherwise, the handler would process the two out of order.
   */
  async #withoutThoseBehind(
    tasks: readonly Task[],
    ready: readonly Member[],
  ): Promise<readonly Member[]> {
    const members = new Map(ready.map((member) => [member.task, member]));
    const stopped = new Set<Lane>();
    const shown: Member[] = [];
    for (const task of tasks) {
      const member = members.get(task);
      if (task.outcome?.kind === 'retry') stopped.add(task.lane);
      else if (member !== undefined && stopped.has(task.lane)) await leave(member);
      else if (member !== undefined) shown.push(member);
    }
    return shown;
  }

  #handle(members: readonly Member[]): MaybePromise<unknown> {
    const [first] = members;
    if (first === undefined) return undefined;
    this.#members = members;
    const { tracer, name } = this.#context;
    const span = tracer.processBatch(
      members.map(({ task }) => task.inbound.incoming),
      { handler: name },
    );
    this.#batch = span.ids;
    return andThen(
      span.run(() => this.#callHandler(first)),
      (thrown) => this.#conclude(span, thrown),
    );
  }

  /**
   * Calls the batch handler. If it throws, returns the thrown value in an object, because the value itself may be `undefined`.
   */
  #callHandler({ delivery: { attempt }, task }: Member): MaybePromise<Thrown | undefined> {
    const { steps, handler, hooks, calls } = this.#context;
    const deliveries = this.#members.map(({ delivery }) => delivery);
    const call = new Delivery(task.inbound, attempt, deliveries);
    const batch = new Batch<unknown>({
      deliveries,
      signalOf: () => call.signal,
      each: (work, options) => this.#each(work, options),
      fail: (delivery, error) => this.#fail(delivery, error),
    });
    const work = (): MaybePromise<Outcome> =>
      currentRun.enter(call, () =>
        andThen(answerOf(handler(batch, call)), (ended) => this.#afterEach(ended)),
      );
    const run = compose(steps.call, () =>
      hooks.isUsed ? hooks.run(call, deliveries.map(inboundOf), work) : work(),
    );
    calls.add(call);
    const thrown = either<Outcome, Thrown | undefined>(
      () => run(call),
      () => {
        calls.delete(call);
        return undefined;
      },
      (error) => {
        calls.delete(call);
        return { error };
      },
    );
    return andThen(thrown, (box) =>
      this.#openEach.size === 0 ? box : Promise.allSettled(this.#openEach).then(() => box),
    );
  }

  /**
   * Waits for all calls of `each`, even for those that the handler did not await. No message may be acknowledged while it is in
   * progress.
   */
  #afterEach(ended: Outcome): MaybePromise<Outcome> {
    return this.#openEach.size === 0 ? ended : Promise.all(this.#openEach).then(() => ended);
  }

  #fail(delivery: Delivery, error: unknown): 'failed' | 'foreign' {
    this.#byDelivery ??= new Map(this.#members.map((member) => [member.delivery, member]));
    const member = this.#byDelivery.get(delivery);
    if (member === undefined) return 'foreign';
    member.failure = { error };
    return 'failed';
  }

  /** Implements `Batch.each`. */
  #each(work: EachWork<unknown>, options: EachOptions): Promise<void> {
    const begin = async (): Promise<void> =>
      eachInLanes(byLane(this.#members), concurrencyOf(options), (member) =>
        this.#runOne(member, work),
      );
    const each = this.#context.sharedPlaces ? currentRun.run(freePlace(), begin) : begin();
    this.#openEach.add(each);
    each.then(
      () => this.#openEach.delete(each),
      () => undefined, // the handler receives the error, or its batch fails
    );
    return each;
  }

  /** Runs one message of `each`. Returns whether the next message of the lane may run. */
  #runOne(member: Member, work: EachWork<unknown>): MaybePromise<boolean> {
    if (member.task.outcome !== undefined) return !member.runsAgain;
    const settled = this.#settle(member, () => {
      const working = work(payloadOf(member.delivery), member.delivery);
      return isAwaitable(working)
        ? Promise.resolve(working).then(member.endingAfter(undefined))
        : member.endingAfter(undefined)();
    });
    return andThen(settled, (outcome) => outcome.kind !== 'retry');
  }

  /** Concludes the messages that `each` has not completed. Their result is that of the batch handler. */
  #conclude(span: Work, thrown: Thrown | undefined): MaybePromise<unknown> {
    if (thrown !== undefined || !this.#members.every(({ isSimplyDone }) => isSimplyDone)) {
      return this.#concludeLanes(thrown).then(() => span.end(this.#endOf(thrown)));
    }
    const { runner } = this.#context;
    for (const { task, delivery } of this.#members) {
      if (task.outcome === undefined) runner.doneInBatch(task, delivery);
    }
    span.end(this.#endOf(thrown));
    return undefined;
  }

  async #concludeLanes(thrown: Thrown | undefined): Promise<void> {
    await Promise.all(byLane(this.#members).map((lane) => this.#concludeLane(lane, thrown)));
  }

  /**
   * Concludes the messages in a lane. If a message is retried, the messages behind it are retried, too, even if the handler has
   * processed them.
   */
  async #concludeLane(lane: readonly Member[], thrown: Thrown | undefined): Promise<void> {
    let isStopped = false;
    for (const member of lane) {
      if (isStopped) await leave(member);
      else if (member.task.outcome === undefined) await this.#concludeOne(member, thrown);
      isStopped ||= member.runsAgain;
    }
  }

  #concludeOne(member: Member, thrown: Thrown | undefined): MaybePromise<Outcome> {
    const ending = member.endingAfter(thrown);
    if (member.failure !== undefined || thrown !== undefined) return this.#settle(member, ending);
    const { steps, runner } = this.#context;
    const { task, delivery } = member;
    const next = (): MaybePromise<Outcome> =>
      steps.outcome(delivery, () => member.concludeWith(ending));
    return runner.runInBatch(task, delivery, next, this.#batch);
  }

  /** Concludes a message of the batch in the message's own span. */
  #settle(member: Member, ending: Ending): MaybePromise<Outcome> {
    const { steps, runner } = this.#context;
    const innermost = (delivery: Delivery): MaybePromise<Outcome> =>
      currentRun.enter(delivery, () => member.concludeWith(ending));
    return runner.run(member.task, (delivery) => steps.outcome(delivery, innermost), this.#batch);
  }

  /** Returns how the batch's span ends. The span fails only if the handler threw. Failed messages have their own spans. */
  #endOf(thrown: Thrown | undefined): End {
    const failed = this.#members.filter(({ task }) => task.outcome?.kind !== 'ack').length;
    const labels = { messages: this.#members.length, failed };
    return thrown === undefined
      ? { failed: false, labels }
      : { failed: true, error: thrown.error, labels };
  }
}

async function leave(member: Member): Promise<void> {
  await member.concludeWith(() => GIVEN_BACK);
  endDelivery(member.delivery);
  member.task.delivery = undefined;
}

const neverRun = (): never => {
  throw new TypeError(
    'A message in a batch cannot run again, because it has already been handled.',
  );
};
