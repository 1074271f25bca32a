import type { End, Labels, TraceIds, Tracer, Work } from 'throughline/tracing';
import type { Next } from '../step.js';
import type { Handling } from '../handling.js';
import { readable, ThroughlineError } from '#base';
import type { Task, UnstoredLetter } from '../../scheduler/lanes/task.js';
import { ACK, type Outcome } from 'throughline/transport';
import type { RetryPolicy } from '../retry-policy.js';
import type { Runs, RunState } from './run-state.js';
import type { MaybePromise } from '#base';
import { logMalformedContext, logOutcome } from './handler-log.js';
import type { FailedRuns } from './failed-runs.js';
import { lineageOf, type TraceOfRetries } from './lineage.js';
import type { HandlerCounts } from '../../scheduler/handler-counts.js';

/** What running a message takes. */
export interface MessageRunnerParts {
  /** `OrderProcessor.process`; of handlers that share a channel, all of them. */
  readonly handler: string;
  readonly retryPolicy: RetryPolicy;
  readonly tracer: Tracer;
  readonly runs: Runs;
  readonly trace: TraceOfRetries;
  /** Where what failed goes back to its broker, and comes again as another task. */
  readonly failedRuns: FailedRuns | undefined;
  /** Where the runs of this handler are counted. */
  readonly countsOf: (handler: string) => HandlerCounts;
}

/** What a run may have been begun with before. */
export interface Given {
  readonly run?: RunState;
  /** The span of the batch that the message is part of. */
  readonly batch?: TraceIds | undefined;
}

const DONE: End = { failed: false, labels: { outcome: 'ack' } };

const labelsOf = (outcome: Outcome): Labels => {
  if (outcome.kind === 'ack') return { outcome: outcome.as === 'done' ? 'ack' : outcome.as };
  if (outcome.kind === 'retry') return { outcome: 'retry', delay_ms: outcome.after };
  return { outcome: outcome.reason === 'rejected' ? 'rejected' : 'dead_letter' };
};

const isLeased = ({ cause }: { readonly cause: unknown }): boolean =>
  cause instanceof ThroughlineError && cause.code === 'TL_LEASED';

/** That another run is at it is no failure. */
function endOf(outcome: Outcome, { handledBy }: RunState): End {
  if (outcome === ACK && handledBy === undefined) return DONE;
  const labels = { ...labelsOf(outcome), ...(handledBy !== undefined && { handler: handledBy }) };
  return outcome.kind === 'ack' || isLeased(outcome)
    ? { failed: false, labels }
    : { failed: true, error: outcome.cause, labels };
}

/** A run that goes on. */
interface OpenRun {
  readonly task: Task;
  readonly run: RunState;
  /** The message's own span; absent where its batch's handler has never entered it. */
  readonly span: Work | undefined;
  readonly ids: TraceIds | undefined;
}

/** Runs one message inside its own span, and says in trace, log and counts what became of it. */
export class MessageRunner {
  readonly #parts: MessageRunnerParts;

  constructor(parts: MessageRunnerParts) {
    this.#parts = parts;
  }

  /**
   * Never rejects, whatever goes wrong: then the message runs again. Where only its dead letter is still to be stored, that is done
   * instead, without a span: the run itself has ended.
   */
  run(task: Task, road: Next, { run: given, batch }: Given = ALONE): MaybePromise<Outcome> {
    const { inbound, failures, unstored } = task;
    if (unstored !== undefined) return this.#storeAgain(task, unstored);
    const { handler, tracer, runs, trace, failedRuns } = this.#parts;
    if (failures > 0) task.earlier ??= failedRuns?.take(inbound.id);
    const run = given ?? runs.begin(inbound.signal);
    const { earlier, trace: place } = lineageOf(task, trace);
    const span = tracer.process(inbound.incoming, {
      handler,
      attempt: failures + 1,
      batch,
      earlier,
      trace: place,
      content: inbound,
    });
    const { ids } = span;
    if (ids !== undefined && inbound.malformedContext !== undefined) logMalformedContext(inbound);
    const handling = handlingOf(task, run, ids);
    return this.#see({ task, run, span, ids }, () => span.run(() => road(handling)));
  }

  /** The same without a span of the message's own: its batch's handler has never entered it. */
  runInBatch(task: Task, road: Next, { run, batch }: Required<Given>): MaybePromise<Outcome> {
    const handling = handlingOf(task, run, batch);
    return this.#see({ task, run, span: undefined, ids: batch }, () => road(handling));
  }

  /** The message is done with, as is its batch, and nobody has to be asked. */
  doneInBatch(task: Task, run: RunState): void {
    this.#end({ task, run, span: undefined, ids: undefined }, ACK);
  }

  #see(open: OpenRun, work: () => MaybePromise<Outcome>): MaybePromise<Outcome> {
    try {
      const outcome = work();
      return outcome instanceof Promise
        ? outcome.then(
            (late) => this.#end(open, late),
            (thrown: unknown) => this.#end(open, this.#retry(open, thrown)),
          )
        : this.#end(open, outcome);
    } catch (thrown) {
      return this.#end(open, this.#retry(open, thrown));
    }
  }

  #storeAgain(task: Task, { storeAgain, run, ids }: UnstoredLetter): MaybePromise<Outcome> {
    return this.#see({ task, run, span: undefined, ids }, storeAgain);
  }

  /**
   * What the handler throws has been classified inside the road. This went wrong around it, where nothing stores a dead letter any
   * more, so it can be nothing but a retry.
   */
  #retry({ task: { failures } }: OpenRun, thrown: unknown): Outcome {
    const after = this.#parts.retryPolicy.waitAfter(failures + 1);
    return { kind: 'retry', after, cause: readable(thrown), counts: true };
  }

  #end({ task, run, span, ids }: OpenRun, outcome: Outcome): Outcome {
    const { runs, failedRuns } = this.#parts;
    runs.end(run);
    task.outcome = outcome;
    task.unstored = unstoredOf(outcome, run, ids);
    if (span !== undefined) {
      span.end(endOf(outcome, run));
      if (outcome.kind === 'retry') {
        task.earlier = { ids, isDelayed: outcome.after > 0 };
        failedRuns?.remember(task.inbound.id, task.earlier);
      }
    }
    try {
      this.#tell(task, run, ids, outcome);
    } catch {
      // A logger of the application's own may throw, and what became of the message does not hang on that.
    }
    return outcome;
  }

  #tell(task: Task, { handledBy }: RunState, ids: TraceIds | undefined, outcome: Outcome): void {
    const { inbound, failures } = task;
    const handler = handledBy ?? this.#parts.handler;
    this.#parts.countsOf(handler).saw(outcome, inbound);
    if (outcome !== ACK) logOutcome({ handler, inbound, attempt: failures + 1, ids }, outcome);
  }
}

const ALONE: Given = {};

const unstoredOf = (
  outcome: Outcome,
  run: RunState,
  ids: TraceIds | undefined,
): UnstoredLetter | undefined =>
  outcome.kind === 'retry' && outcome.storeAgain !== undefined
    ? { storeAgain: outcome.storeAgain, run, ids }
    : undefined;

const handlingOf = (
  { inbound, failures }: Task,
  run: RunState,
  trace: TraceIds | undefined,
): Handling => ({
  inbound,
  attempt: failures + 1,
  run,
  trace,
  payload: undefined,
  stage: 'preparing',
});
