import { compose, type Behaviour, type Next } from '../behaviours/behaviour.js';
import type { Handling } from '../behaviours/handling.js';
import { call, deliveryOf, type NestHandler } from '../behaviours/invoke.js';
import type { Delivery } from '../delivery.js';
import type { Task } from '../lanes/task.js';
import { ACK, type Outcome } from '../outcome.js';
import { currentRun, type Runs } from '../run-state.js';
import type { TaskRunner } from '../workers/task-runner.js';
import type { Outcomes, SlotWork } from '../workers/worker.js';
import { Batch } from './batch.js';

/** What a batch handler's work is made of. */
export interface BatchWorkParts {
  readonly handler: NestHandler;
  readonly runner: TaskRunner;
  readonly runs: Runs;
  /** Decoding and validation, for each message by itself before the handler sees any. */
  readonly prepare: readonly Behaviour[];
  /** Judging and burying, around each message. */
  readonly around: readonly Behaviour[];
  /** Around the handler's call as a whole. */
  readonly limit: Behaviour;
}

/** A message that the handler may see. */
interface Ready {
  readonly task: Task;
  readonly handling: Handling;
  readonly delivery: Delivery;
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

  constructor(parts: BatchWorkParts) {
    this.#parts = parts;
  }

  async run(tasks: readonly Task[]): Promise<Outcomes> {
    const prepared = await Promise.all(tasks.map((task) => this.#prepare(task)));
    const ready = prepared.filter((one) => one !== undefined);
    for (const one of ready) this.#tasks.set(one.delivery, one);
    const [first] = ready;
    if (first === undefined) return this.#outcomes;
    const error = await this.#callHandler(ready, first);
    await Promise.all(ready.map((one) => this.#conclude(one, error)));
    return this.#outcomes;
  }

  /** What cannot be decoded, or does not fit, never comes to the handler. */
  async #prepare(task: Task): Promise<Ready | undefined> {
    let handling: Handling | undefined;
    const prepare = compose(this.#parts.prepare, (prepared) => {
      handling = prepared;
      return ACK;
    });
    const { arrival, failures } = task;
    const run = this.#parts.runs.begin(arrival.signal);
    const raw: Handling = {
      arrival,
      attempt: failures + 1,
      run,
      trace: undefined,
      payload: undefined,
    };
    try {
      const outcome = await prepare(raw);
      if (handling !== undefined) return { task, handling, delivery: deliveryOf(handling) };
      await this.#endUnseen(task, raw, () => outcome);
    } catch (error) {
      await this.#endUnseen(task, raw, () => {
        throw error;
      });
    }
    return undefined;
  }

  async #endUnseen(task: Task, { run }: Handling, verdict: Next): Promise<void> {
    const { around, runner } = this.#parts;
    this.#outcomes.set(task, await runner.run(task, compose(around, verdict), run));
  }

  /** What the handler threw, in a box; nothing where it returned. */
  async #callHandler(
    ready: readonly Ready[],
    { handling }: Ready,
  ): Promise<{ readonly error: unknown } | undefined> {
    const run = this.#parts.runs.begin(AbortSignal.any([]));
    const lanes = [...Map.groupBy(ready, ({ task }) => task.lane).values()];
    const batch = new Batch<unknown>({
      lanes: lanes.map((lane) => lane.map(({ delivery }) => delivery)),
      signal: run.signal,
      run: (delivery, work) => this.#runOne(delivery, work),
      fail: (delivery, error) => this.#failures.set(delivery, error),
    });
    const abortEach = (): void => {
      for (const one of ready) one.handling.run.abort(run.signal.reason as Error);
    };
    run.signal.addEventListener('abort', abortEach, { once: true });
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
    if (ready === undefined || this.#outcomes.has(ready.task)) return true;
    const outcome = await this.#settle(ready, async () => {
      await work(delivery);
      if (this.#failures.has(delivery)) throw this.#failures.get(delivery);
      return ACK;
    });
    return outcome.kind !== 'retry';
  }

  /** What `each` has not brought to an end comes to what the handler as a whole has come to. */
  async #conclude(ready: Ready, thrown: { readonly error: unknown } | undefined): Promise<void> {
    const { task, delivery } = ready;
    if (this.#outcomes.has(task)) return;
    await this.#settle(ready, () => {
      if (this.#failures.has(delivery)) throw this.#failures.get(delivery);
      if (thrown !== undefined) throw thrown.error;
      return ACK;
    });
  }

  async #settle(
    { task, handling }: Ready,
    verdict: () => Outcome | Promise<Outcome>,
  ): Promise<Outcome> {
    const { runner, around } = this.#parts;
    const innermost: Next = () => currentRun.run(handling.run, verdict);
    const outcome = await runner.run(task, compose(around, innermost), handling.run);
    this.#outcomes.set(task, outcome);
    return outcome;
  }
}
