import type { Tracer, Work } from 'throughline/tracing';
import { exponential, type Backoff } from './backoff.js';
import type { Next } from './behaviours/behaviour.js';
import { isUnavailable } from './errors.js';
import type { HandlerDefinition } from './handler/handler-definition.js';
import { Lanes } from './lanes/lanes.js';
import type { Task } from './lanes/task.js';
import type { HandlerLog } from './handler-log.js';
import type { Outcome } from './outcome.js';
import type { Settler } from './settler.js';
import type { Arrival, SourceFeatures } from './source.js';

/** A failed message runs again after 1 s, then 2 s, 4 s … and 30 s at most. */
const BACKOFF: Backoff = exponential('1s', '30s');

const DEFAULT_CONCURRENCY = 10;
const BYTES_WAITING = 64 * 1024 * 1024;

/** What a worker needs besides its handler. */
export interface WorkerParts {
  readonly definition: HandlerDefinition;
  readonly features: SourceFeatures;
  readonly road: Next;
  readonly settler: Settler;
  readonly tracer: Tracer;
  readonly log: HandlerLog;
  /** `retry: 'lane'`: the source is told of each failure that counts. */
  readonly note: (arrival: Arrival, failures: number) => void;
}

/** One handler at work: takes messages out of its lanes, runs them, and sees to it that each comes to an outcome. */
export class Worker {
  readonly lanes: Lanes;
  readonly #parts: WorkerParts;

  constructor(parts: WorkerParts) {
    const { features, definition } = parts;
    const concurrency = definition.options.concurrency ?? DEFAULT_CONCURRENCY;
    this.#parts = parts;
    this.lanes = new Lanes(
      {
        concurrency,
        perShard: concurrency + features.ahead.max,
        resumeBelow: concurrency + features.ahead.resume,
        bytes: BYTES_WAITING,
      },
      (task) => void this.#run(task),
    );
  }

  async #run(task: Task): Promise<void> {
    const { arrival } = task;
    const { definition, tracer, log } = this.#parts;
    const attempt = task.failures + 1;
    const span = tracer.process(arrival.incoming, { handler: definition.name, attempt });
    if (span.ids !== undefined && arrival.malformedContext !== undefined)
      log.malformedContext(arrival);
    const outcome = await this.#outcomeOf(task, span, attempt);
    span.end(
      outcome.kind === 'ack'
        ? { failed: false, labels: { outcome: 'ack' } }
        : {
            failed: true,
            error: outcome.cause,
            labels: { outcome: 'retry', delay_ms: outcome.after },
          },
    );
    if (outcome.kind === 'retry') log.failed(arrival, attempt, outcome, span.ids);
    this.#settle(task, outcome);
  }

  async #outcomeOf(task: Task, span: Work, attempt: number): Promise<Outcome> {
    const { arrival } = task;
    try {
      return await span.run(() => this.#parts.road({ arrival, attempt, payload: undefined }));
    } catch (cause) {
      const after = BACKOFF.next(attempt);
      return { kind: 'retry', after, cause, counts: !isUnavailable(cause) };
    }
  }

  #settle(task: Task, outcome: Outcome): void {
    const { features, settler, note } = this.#parts;
    if (outcome.kind === 'retry' && features.retry === 'lane' && !this.lanes.isClosed) {
      if (outcome.counts) note(task.arrival, (task.failures += 1));
      this.lanes.again(task, outcome.after);
      return;
    }
    if (!task.isDropped) settler.add(task.arrival, outcome);
    this.lanes.finish(task);
  }
}
