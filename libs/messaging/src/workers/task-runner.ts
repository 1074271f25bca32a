import type { TraceIds, Tracer } from 'throughline/tracing';
import type { Next } from '../behaviours/behaviour.js';
import type { Task } from '../lanes/task.js';
import type { Outcome } from '../outcome.js';
import type { Policy } from '../policy.js';
import type { Runs, RunState } from '../run-state.js';
import type { HandlerLog } from './handler-log.js';

/** What running a message takes. */
export interface TaskRunnerParts {
  /** `OrderProcessor.process`. */
  readonly handler: string;
  readonly policy: Policy;
  readonly tracer: Tracer;
  readonly log: HandlerLog;
  readonly runs: Runs;
}

const labelsOf = (outcome: Outcome): Readonly<Record<string, string | number>> => {
  if (outcome.kind === 'ack') return { outcome: 'ack' };
  if (outcome.kind === 'retry') return { outcome: 'retry', delay_ms: outcome.after };
  return { outcome: outcome.reason === 'rejected' ? 'rejected' : 'dead_letter' };
};

/** Runs one message inside its own span, and says in trace and log what became of it. */
export class TaskRunner {
  readonly #parts: TaskRunnerParts;

  constructor(parts: TaskRunnerParts) {
    this.#parts = parts;
  }

  /** Never rejects: what the road throws counts as the message's failure. */
  async run({ arrival, failures }: Task, road: Next, given?: RunState): Promise<Outcome> {
    const { handler, tracer, policy, log, runs } = this.#parts;
    const attempt = failures + 1;
    const run = given ?? runs.begin(arrival.signal);
    const span = tracer.process(arrival.incoming, { handler, attempt });
    if (span.ids !== undefined && arrival.malformedContext !== undefined)
      log.malformedContext(arrival);
    let outcome: Outcome;
    try {
      outcome = await span.run(() =>
        road({ arrival, attempt, run, trace: span.ids, payload: undefined }),
      );
    } catch (cause) {
      outcome = policy.judge(cause, attempt);
    } finally {
      runs.end(run);
    }
    span.end(
      outcome.kind === 'ack'
        ? { failed: false, labels: labelsOf(outcome) }
        : { failed: true, error: outcome.cause, labels: labelsOf(outcome) },
    );
    this.#tell(outcome, { arrival, attempt, ids: span.ids });
    return outcome;
  }

  #tell(
    outcome: Outcome,
    {
      arrival,
      attempt,
      ids,
    }: { arrival: Task['arrival']; attempt: number; ids: TraceIds | undefined },
  ): void {
    const { log } = this.#parts;
    if (outcome.kind === 'retry') log.failed(arrival, attempt, outcome, ids);
    else if (outcome.kind === 'deadLetter') log.buried(arrival, attempt, outcome, ids);
  }
}
