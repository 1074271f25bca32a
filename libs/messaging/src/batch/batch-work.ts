import type { End, TraceIds, Tracer } from 'throughline/tracing';
import { compose, type Behaviour } from '../behaviours/behaviour.js';
import { call, deliveryOf, type NestHandler } from '../behaviours/invoke.js';
import type { Delivery } from '../delivery.js';
import type { Lane, Task } from '../lanes/task.js';
import { ACK, GIVEN_BACK, type Outcome } from '../outcome.js';
import { currentRun, type Runs } from '../run-state.js';
import { allOf, andThen, type Soon } from '../soon.js';
import type { TaskRunner } from '../workers/task-runner.js';
import type { Outcomes, SlotWork } from '../workers/worker.js';
import { Batch } from './batch.js';
import { preparing, type Preparation, type Prepared, type Verdict } from './prepared.js';

/** What a batch handler's work is made of. */
export interface BatchWorkParts {
  readonly handler: NestHandler;
  /** `OrderProcessor.process`. */
  readonly name: string;
  readonly tracer: Tracer;
  readonly runner: TaskRunner;
  readonly runs: Runs;
  /** Around each message by itself, from before the handler sees any. */
  readonly preparation: Preparation;
  /** Judging and burying, around each message. */
  readonly around: readonly Behaviour[];
  /** Around the handler's call as a whole. */
  readonly limit: Behaviour;
}

/** A message that the handler may see. */
type Ready = Extract<Prepared, { kind: 'ready' }> & {
  readonly task: Task;
  readonly delivery: Delivery;
};

/** What was thrown, in a box: it may be anything, `undefined` too. */
interface Thrown {
  readonly error: unknown;
}

/** Runs one call of a batch handler. */
export const batchWork =
  (parts: BatchWorkParts): SlotWork =>
  (tasks) =>
    new BatchRun(parts).run(tasks);

class BatchRun {
  readonly #parts: BatchWorkParts;
  readonly #outcomes = new Map<Task, Outcome>();
  readonly #failures = new Map<Delivery, unknown>();
  readonly #tasks = new Map<Delivery, Ready>();
  readonly #prepareOne: ReturnType<typeof preparing>;
  #batch: TraceIds | undefined;

  constructor(parts: BatchWorkParts) {
    this.#parts = parts;
    this.#prepareOne = preparing(parts.preparation);
  }

  async run(tasks: readonly Task[]): Promise<Outcomes> {
    const prepared = await allOf(tasks.map((task) => this.#prepare(task)));
    const ready = await this.#withoutThoseBehind(tasks, prepared);
    for (const one of ready) this.#tasks.set(one.delivery, one);
    const [first] = ready;
    if (first === undefined) return this.#outcomes;
    const { tracer, name } = this.#parts;
    const span = tracer.processBatch(
      ready.map(({ task }) => task.arrival.incoming),
      { handler: name },
    );
    this.#batch = span.ids;
    const thrown = await span.run(() => this.#callHandler(ready, first));
    const lanes = Map.groupBy(ready, ({ task }) => task.lane);
    await allOf([...lanes.values()].map((lane) => this.#concludeLane(lane, thrown)));
    span.end(this.#endOf(ready, thrown));
    return this.#outcomes;
  }

  /** A batch has failed where its handler threw; that single messages failed is told by their own spans. */
  #endOf(ready: readonly Ready[], thrown: Thrown | undefined): End {
    const failed = ready.filter(({ task }) => this.#outcomes.get(task)?.kind !== 'ack').length;
    const labels = { messages: ready.length, failed };
    return thrown === undefined
      ? { failed: false, labels }
      : { failed: true, error: thrown.error, labels };
  }

  #prepare(task: Task): Soon<Ready | undefined> {
    const { arrival, failures } = task;
    const run = this.#parts.runs.begin(arrival.signal);
    const raw = { arrival, attempt: failures + 1, run, trace: undefined, payload: undefined };
    return andThen(this.#prepareOne(raw), (prepared) => {
      if (prepared.kind === 'ready') {
        const { kind, handling, conclude } = prepared;
        return { kind, handling, conclude, task, delivery: deliveryOf(handling) };
      }
      const { around, runner } = this.#parts;
      return andThen(runner.run(task, compose(around, prepared.verdict), { run }), (outcome) => {
        this.#outcomes.set(task, outcome);
        return undefined;
      });
    });
  }

  /** What stands in its lane behind one that runs again is not shown to the handler: it would be done before that one. */
  async #withoutThoseBehind(
    tasks: readonly Task[],
    prepared: readonly (Ready | undefined)[],
  ): Promise<readonly Ready[]> {
    const stopped = new Set<Lane>();
    const ready: Ready[] = [];
    for (const [index, task] of tasks.entries()) {
      const one = prepared[index];
      if (this.#outcomes.get(task)?.kind === 'retry') stopped.add(task.lane);
      else if (one !== undefined && stopped.has(task.lane)) await this.#leave(one);
      else if (one !== undefined) ready.push(one);
    }
    return ready;
  }

  async #leave({ conclude, handling }: Ready): Promise<void> {
    await conclude(() => GIVEN_BACK);
    this.#parts.runs.end(handling.run);
  }

  /** What the handler threw, in a box; nothing where it returned. */
  async #callHandler(ready: readonly Ready[], { handling }: Ready): Promise<Thrown | undefined> {
    const run = this.#parts.runs.beginAll(ready.map((one) => one.handling.run));
    const lanes = [...Map.groupBy(ready, ({ task }) => task.lane).values()];
    const batch = new Batch<unknown>({
      lanes: lanes.map((lane) => lane.map(({ delivery }) => delivery)),
      signalOf: () => run.signal,
      run: (delivery, work) => this.#runOne(delivery, work),
      fail: (delivery, error) => this.#failures.set(delivery, error),
    });
    try {
      await this.#parts.limit({ ...handling, run }, async () => {
        await currentRun.run(run, call, this.#parts.handler, batch, handling);
        return ACK;
      });
      return undefined;
    } catch (error) {
      return { error };
    } finally {
      this.#parts.runs.end(run);
    }
  }

  async #runOne(delivery: Delivery, work: (delivery: Delivery) => unknown): Promise<boolean> {
    const ready = this.#tasks.get(delivery);
    if (ready === undefined) return true;
    const known = this.#outcomes.get(ready.task);
    if (known !== undefined) return known.kind !== 'retry';
    const outcome = await this.#settle(ready, async () => {
      await work(delivery);
      if (this.#failures.has(delivery)) throw this.#failures.get(delivery);
      return ACK;
    });
    return outcome.kind !== 'retry';
  }

  /** What stands behind one that runs again comes again with it, whatever the handler has made of it. */
  #concludeLane(lane: readonly Ready[], thrown: Thrown | undefined): Soon<void> {
    const [only] = lane;
    if (only !== undefined && lane.length === 1) return this.#conclude(only, thrown);
    return this.#concludeInOrder(lane, thrown);
  }

  async #concludeInOrder(lane: readonly Ready[], thrown: Thrown | undefined): Promise<void> {
    let isStopped = false;
    for (const one of lane) {
      const concluded = isStopped ? this.#leave(one) : this.#conclude(one, thrown);
      if (concluded instanceof Promise) await concluded;
      isStopped ||= this.#outcomes.get(one.task)?.kind === 'retry';
    }
  }

  /** What `each` has not brought to an end comes to what the handler as a whole has come to. */
  #conclude(ready: Ready, thrown: Thrown | undefined): Soon<void> {
    const { task, delivery, handling } = ready;
    if (this.#outcomes.has(task)) return;
    const failure = this.#failures.has(delivery) ? { error: this.#failures.get(delivery) } : thrown;
    if (failure !== undefined) {
      return this.#settle(ready, () => {
        throw failure.error;
      }).then(() => undefined);
    }
    const { runner, around } = this.#parts;
    const road = compose(around, () => ready.conclude(() => ACK));
    const given = { run: handling.run, batch: this.#batch };
    return andThen(runner.runInBatch(task, road, given), (outcome) => {
      this.#outcomes.set(task, outcome);
    });
  }

  async #settle({ task, handling, conclude }: Ready, verdict: Verdict): Promise<Outcome> {
    const { runner, around } = this.#parts;
    const innermost = (): Soon<Outcome> => currentRun.run(handling.run, () => conclude(verdict));
    const given = { run: handling.run, batch: this.#batch };
    const outcome = await runner.run(task, compose(around, innermost), given);
    this.#outcomes.set(task, outcome);
    return outcome;
  }
}
