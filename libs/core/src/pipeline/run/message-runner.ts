import type { End, Labels, TraceIds, Tracer, Work } from 'throughline/tracing';
import type { Next } from '../step.js';
import { Delivery, endDelivery, handledByOf, setTrace, traceOf } from '../../delivery.js';
import { readable, ThroughlineError } from '#base';
import type { SlotWork } from '../../scheduler/lanes/task.js';
import type { Task } from '../../scheduler/lanes/task.js';
import { ACK, type Outcome } from 'throughline/transport';
import type { RetryPolicy } from '../retry-policy.js';
import type { MaybePromise } from '#base';
import { logMalformedContext, logOutcome } from './handler-log.js';
import type { FailedRuns } from './failed-runs.js';
import { lineageOf, type TraceOfRetries } from './lineage.js';
import type { HandlerCounts } from '../../scheduler/handler-counts.js';

/** Dependencies of {@link MessageRunner}. */
export interface MessageRunnerParts {
  /** The handler's name, such as `OrderProcessor.process`. If several handlers share the channel, all their names. */
  readonly handler: string;
  readonly retryPolicy: RetryPolicy;
  readonly tracer: Tracer;
  readonly trace: TraceOfRetries;
  /** The failed runs of messages. Set if failed messages return to their broker, because a redelivered message is a new task. */
  readonly failedRuns: FailedRuns | undefined;
  /** Returns the counters of a handler. */
  readonly countsOf: (handler: string) => HandlerCounts;
}

const DONE: End = { failed: false, labels: { outcome: 'ack' } };

const labelsOf = (outcome: Outcome): Labels => {
  if (outcome.kind === 'ack') return { outcome: outcome.as === 'done' ? 'ack' : outcome.as };
  if (outcome.kind === 'retry') return { outcome: 'retry', delay_ms: outcome.after };
  return { outcome: outcome.reason === 'rejected' ? 'rejected' : 'dead_letter' };
};

const isLeased = ({ cause }: { readonly cause: unknown }): boolean =>
  cause instanceof ThroughlineError && cause.code === 'TL_LEASED';

/** Returns how the span of a run ends. Waiting for another run's lease is not a failure. */
function endOf(outcome: Outcome, delivery: Delivery): End {
  const handledBy = handledByOf(delivery);
  if (outcome === ACK && handledBy === undefined) return DONE;
  const labels = { ...labelsOf(outcome), ...(handledBy !== undefined && { handler: handledBy }) };
  return outcome.kind === 'ack' || isLeased(outcome)
    ? { failed: false, labels }
    : { failed: true, error: outcome.cause, labels };
}

/**
 * Runs a message in its own span, and reports the outcome to the trace, the log and the counters. This is the first step of the
 * pipeline, `trace`.
 */
export class MessageRunner {
  readonly #parts: MessageRunnerParts;

  constructor(parts: MessageRunnerParts) {
    this.#parts = parts;
  }

  /**
   * Creates the work of a slot that runs one message with the given steps. The work never rejects. Whatever error occurs, the
   * message is retried. If the message has been handled and only its dead letter is missing, the work stores the dead letter
   * without a span, because the run itself has ended.
   */
  slot(next: Next): SlotWork {
    return ([task]) => {
      if (task === undefined) return undefined;
      if (task.storeAgain !== undefined) return this.#storeAgain(task, task.storeAgain);
      const delivery = (task.delivery = new Delivery(task.inbound, task.failures + 1));
      const span = this.#open(task, delivery);
      try {
        const outcome = span.run(() => next(delivery));
        return outcome instanceof Promise
          ? this.#endLater(task, delivery, outcome, span)
          : this.#end(task, delivery, outcome, span);
      } catch (thrown) {
        return this.#end(task, delivery, this.#retry(task, thrown), span);
      }
    };
  }

  /**
   * Runs a single message in its own span.
   *
   * @param batch the ids of the span of the message's batch, if it is in a batch
   */
  run(task: Task, next: Next, batch?: TraceIds): MaybePromise<Outcome> {
    if (task.storeAgain !== undefined) return this.#storeAgain(task, task.storeAgain);
    const delivery = (task.delivery ??= new Delivery(task.inbound, task.failures + 1));
    const span = this.#open(task, delivery, batch);
    return this.#within(task, delivery, () => span.run(() => next(delivery)), span);
  }

  /** Runs a message in a batch without a separate span. Used if the batch handler did not process the message individually. */
  runInBatch(task: Task, delivery: Delivery, next: Next, batch?: TraceIds): MaybePromise<Outcome> {
    setTrace(delivery, batch);
    return this.#within(task, delivery, () => next(delivery));
  }

  /** Concludes a message that has succeeded together with its batch, if no more steps need to run for it. */
  doneInBatch(task: Task, delivery: Delivery): void {
    this.#end(task, delivery, ACK);
  }

  #open(task: Task, delivery: Delivery, batch?: TraceIds): Work {
    const { inbound, failures } = task;
    const { handler, tracer, trace, failedRuns } = this.#parts;
    if (failures > 0) task.earlier ??= failedRuns?.take(inbound.id);
    const { earlier, trace: place } = lineageOf(task, trace);
    const span = tracer.process(inbound.incoming, {
      handler,
      attempt: failures + 1,
      batch,
      earlier,
      trace: place,
      content: inbound,
    });
    if (span.ids === undefined) return span;
    setTrace(delivery, span.ids);
    if (inbound.malformedContext !== undefined) logMalformedContext(inbound);
    return span;
  }

  #storeAgain(task: Task, storeAgain: () => Promise<Outcome>): MaybePromise<Outcome> {
    const delivery = (task.delivery ??= new Delivery(task.inbound, task.failures + 1));
    return this.#within(task, delivery, storeAgain);
  }

  #within(
    task: Task,
    delivery: Delivery,
    work: () => MaybePromise<Outcome>,
    span?: Work,
  ): MaybePromise<Outcome> {
    try {
      const outcome = work();
      return outcome instanceof Promise
        ? this.#endLater(task, delivery, outcome, span)
        : this.#end(task, delivery, outcome, span);
    } catch (thrown) {
      return this.#end(task, delivery, this.#retry(task, thrown), span);
    }
  }

  #endLater(
    task: Task,
    delivery: Delivery,
    ending: Promise<Outcome>,
    span?: Work,
  ): Promise<Outcome> {
    return ending.then(
      (outcome) => this.#end(task, delivery, outcome, span),
      (thrown: unknown) => this.#end(task, delivery, this.#retry(task, thrown), span),
    );
  }

  /**
   * Handles errors in the pipeline itself. The message is retried, because no dead letter can be stored at this point. Errors
   * from the handler do not get here: the step `classify` has already converted them.
   */
  #retry({ failures }: Task, thrown: unknown): Outcome {
    const after = this.#parts.retryPolicy.waitAfter(failures + 1);
    return { kind: 'retry', after, cause: readable(thrown), counts: true };
  }

  #end(task: Task, delivery: Delivery, outcome: Outcome, span?: Work): Outcome {
    endDelivery(delivery);
    task.outcome = outcome;
    task.storeAgain = outcome.kind === 'retry' ? outcome.storeAgain : undefined;
    // A message that waits for its next run keeps no reference to this run, unless its dead letter still has to be stored.
    if (task.storeAgain === undefined) task.delivery = undefined;
    if (span !== undefined) this.#endSpan(task, delivery, outcome, span);
    try {
      this.#report(task, delivery, outcome);
    } catch {
      // The application's logger may throw. The outcome of the message must not depend on that.
    }
    return outcome;
  }

  #endSpan(task: Task, delivery: Delivery, outcome: Outcome, span: Work): void {
    span.end(endOf(outcome, delivery));
    if (outcome.kind !== 'retry') return;
    task.earlier = { ids: span.ids, isDelayed: outcome.after > 0 };
    this.#parts.failedRuns?.remember(task.inbound.id, task.earlier);
  }

  #report({ inbound }: Task, delivery: Delivery, outcome: Outcome): void {
    const handler = handledByOf(delivery) ?? this.#parts.handler;
    this.#parts.countsOf(handler).saw(outcome, inbound);
    if (outcome === ACK) return;
    logOutcome({ handler, inbound, attempt: delivery.attempt, ids: traceOf(delivery) }, outcome);
  }
}
