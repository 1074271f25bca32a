import type { End, TraceIds, Tracer, Work } from 'throughline/tracing';
import { compose, type Step } from '../step.js';
import type { Handling } from '../handling.js';
import { call, type NestHandler } from '../steps/invoke.js';
import { currentRun } from '../run/current-run.js';
import type { Delivery } from '../../delivery.js';
import type { Lane, Task } from '../../scheduler/lanes/task.js';
import { GIVEN_BACK, type Outcome } from 'throughline/transport';
import type { Runs } from '../run/run-state.js';
import { allOf, andThen, either, isAwaitable, type MaybePromise } from '#base';
import type { MessageRunner } from '../run/message-runner.js';
import type { SlotWork } from '../../scheduler/handler-runner.js';
import { Batch, type EachWork } from '../../batch.js';
import { eachInLanes } from './each.js';
import { byLane, Member, type Thrown } from './member.js';
import { preparing, type Preparation, type Prepared, type Verdict } from './prepared.js';

/** What a batch handler's work is made of. */
export interface BatchWorkParts {
  readonly handler: NestHandler;
  /** `OrderProcessor.process`. */
  readonly name: string;
  readonly tracer: Tracer;
  readonly runner: MessageRunner;
  readonly runs: Runs;
  /** Around each message by itself, from before the handler sees any. */
  readonly preparation: Preparation;
  /** Judging and burying, around each message. */
  readonly around: readonly Step[];
  /** Around the handler's call as a whole. */
  readonly limit: Step;
}

/** What is known of all batches. */
interface Workshop extends BatchWorkParts {
  readonly prepare: (raw: Handling) => MaybePromise<Prepared>;
}

/** Runs one call of a batch handler. What nobody has to wait for is done at once, and by no promise. */
export function batchWork(parts: BatchWorkParts): SlotWork {
  const workshop = { ...parts, prepare: preparing(parts.preparation) };
  return (tasks) => new BatchRun(workshop).run(tasks);
}

class BatchRun {
  readonly #workshop: Workshop;
  #batch: TraceIds | undefined;
  #members: readonly Member[] = [];
  #byDelivery: ReadonlyMap<Delivery, Member> | undefined;
  /** Calls of `each` that have not ended well: the handler need not have waited for them. */
  readonly #openEach = new Set<Promise<void>>();

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
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
    const { prepare, runs } = this.#workshop;
    const { inbound, failures } = task;
    if (task.unstored !== undefined) return this.#storeAgain(task);
    const run = runs.begin(inbound.signal);
    const handling: Handling = {
      inbound,
      attempt: failures + 1,
      run,
      trace: undefined,
      payload: undefined,
      stage: 'preparing',
    };
    const prepared = prepare(handling);
    return prepared instanceof Promise
      ? prepared.then((late) => this.#memberOf(task, handling, late))
      : this.#memberOf(task, handling, prepared);
  }

  /** It has been handled, and its dead letter is to be stored: no batch sees it again. */
  #storeAgain(task: Task): MaybePromise<undefined> {
    return andThen(this.#workshop.runner.run(task, neverRun), () => undefined);
  }

  #memberOf(task: Task, handling: Handling, prepared: Prepared): MaybePromise<Member | undefined> {
    if (prepared.kind === 'ready') return new Member(task, handling, prepared.conclude);
    const { around, runner } = this.#workshop;
    const road = compose(around, prepared.verdict);
    return andThen(runner.run(task, road, { run: handling.run }), () => undefined);
  }

  /** What stands in its lane behind one that runs again is not shown to the handler: it would be done before that one. */
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
      else if (member !== undefined && stopped.has(task.lane)) await this.#leave(member);
      else if (member !== undefined) shown.push(member);
    }
    return shown;
  }

  async #leave(member: Member): Promise<void> {
    await member.concludeWith(() => GIVEN_BACK);
    this.#workshop.runs.end(member.handling.run);
  }

  #handle(members: readonly Member[]): MaybePromise<unknown> {
    const [first] = members;
    if (first === undefined) return undefined;
    this.#members = members;
    const { tracer, name } = this.#workshop;
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

  /** What the handler threw, in a box; nothing where it returned. */
  #callHandler({ handling }: Member): MaybePromise<Thrown | undefined> {
    const { limit, handler, runs } = this.#workshop;
    const run = runs.beginAll(this.#members.map((member) => member.handling.run));
    const batch = new Batch<unknown>({
      deliveries: this.#members.map(({ delivery }) => delivery),
      signalOf: () => run.signal,
      each: (work, concurrency) => this.#each(work, concurrency),
      fail: (delivery, error) => this.#fail(delivery, error),
    });
    const thrown = either<Outcome, Thrown | undefined>(
      () =>
        limit({ ...handling, run }, () =>
          currentRun.enter(run, () =>
            andThen(call(handler, batch, handling), (ended) => this.#afterEach(ended)),
          ),
        ),
      () => {
        runs.end(run);
        return undefined;
      },
      (error) => {
        runs.end(run);
        return { error };
      },
    );
    return andThen(thrown, (box) =>
      this.#openEach.size === 0 ? box : Promise.allSettled(this.#openEach).then(() => box),
    );
  }

  /** What `each` is still at is waited for, although its handler did not: it would be acknowledged in the middle of its work. */
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

  /** The messages by themselves. */
  #each(work: EachWork<unknown>, concurrency: number): Promise<void> {
    const each = currentRun.host(() =>
      eachInLanes(byLane(this.#members), concurrency, (member) => this.#runOne(member, work)),
    );
    this.#openEach.add(each);
    each.then(
      () => this.#openEach.delete(each),
      () => undefined, // the handler hears of it, or its batch fails
    );
    return each;
  }

  /** Whether the next of its lane may follow. */
  #runOne(member: Member, work: EachWork<unknown>): MaybePromise<boolean> {
    if (member.task.outcome !== undefined) return !member.runsAgain;
    const settled = this.#settle(member, () => {
      const working = work(member.handling.payload, member.delivery);
      return isAwaitable(working)
        ? Promise.resolve(working).then(member.verdictAfter(undefined))
        : member.verdictAfter(undefined)();
    });
    return andThen(settled, (outcome) => outcome.kind !== 'retry');
  }

  /** What `each` has not brought to an end comes to what the handler as a whole has come to. */
  #conclude(span: Work, thrown: Thrown | undefined): MaybePromise<unknown> {
    if (thrown !== undefined || !this.#members.every(({ isSimplyDone }) => isSimplyDone)) {
      return this.#concludeLanes(thrown).then(() => span.end(this.#endOf(thrown)));
    }
    const { runner } = this.#workshop;
    for (const { task, handling } of this.#members) {
      if (task.outcome === undefined) runner.doneInBatch(task, handling.run);
    }
    span.end(this.#endOf(thrown));
    return undefined;
  }

  async #concludeLanes(thrown: Thrown | undefined): Promise<void> {
    await Promise.all(byLane(this.#members).map((lane) => this.#concludeLane(lane, thrown)));
  }

  /** What stands behind one that runs again comes again with it, whatever the handler has made of it. */
  async #concludeLane(lane: readonly Member[], thrown: Thrown | undefined): Promise<void> {
    let isStopped = false;
    for (const member of lane) {
      if (isStopped) await this.#leave(member);
      else if (member.task.outcome === undefined) await this.#concludeOne(member, thrown);
      isStopped ||= member.runsAgain;
    }
  }

  #concludeOne(member: Member, thrown: Thrown | undefined): MaybePromise<Outcome> {
    const verdict = member.verdictAfter(thrown);
    if (member.failure !== undefined || thrown !== undefined) return this.#settle(member, verdict);
    const { runner, around } = this.#workshop;
    const road = compose(around, () => member.concludeWith(verdict));
    return runner.runInBatch(member.task, road, { run: member.handling.run, batch: this.#batch });
  }

  /** In a span of its own. */
  #settle(member: Member, verdict: Verdict): MaybePromise<Outcome> {
    const { runner, around } = this.#workshop;
    const { run } = member.handling;
    const innermost = (): MaybePromise<Outcome> =>
      currentRun.enter(run, () => member.concludeWith(verdict));
    return runner.run(member.task, compose(around, innermost), { run, batch: this.#batch });
  }

  /** A batch has failed where its handler threw; that single messages failed is told by their own spans. */
  #endOf(thrown: Thrown | undefined): End {
    const failed = this.#members.filter(({ task }) => task.outcome?.kind !== 'ack').length;
    const labels = { messages: this.#members.length, failed };
    return thrown === undefined
      ? { failed: false, labels }
      : { failed: true, error: thrown.error, labels };
  }
}

const neverRun = (): never => {
  throw new TypeError('The message has been handled.');
};
