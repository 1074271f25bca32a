import { ThroughlineError } from '#base';
import type { Outcome } from 'throughline/transport';
import { RetryLater } from '../../handler-errors.js';
import { abortDelivery, hasPendingPublishes, inboundOf, type Delivery } from '../../delivery.js';
import type { Step } from '../step.js';
import { begin } from './deadline.js';
import { OverdueWatch, type Timed } from './overdue-watch.js';

/** How long a run may take, in milliseconds, and what happens if it continues after that. */
export interface TimeLimitParts {
  readonly timeout: number;
  readonly grace: number;
  /** Called if a run continues after its grace period. Returns a function that is called when the run has ended. */
  readonly onHung: (delivery: Delivery) => () => void;
}

/** Creates the error of a run that exceeded its time limit. If the run was waiting for a broker, it does not count as failed. */
const overdue = (delivery: Delivery, timeout: number): Error => {
  const cause = new ThroughlineError(
    'TL_HANDLER_TIMEOUT',
    `The handler for message ${inboundOf(delivery).id} did not finish within ${timeout / 1_000} s.`,
  );
  return !hasPendingPublishes(delivery)
    ? cause
    : new RetryLater('1s', `${cause.message} It was waiting for a publish.`, {
        counts: false,
        cause,
      });
};

/** A run with a time limit. */
class LimitedRun implements Timed<LimitedRun> {
  before: LimitedRun | undefined;
  after: LimitedRun | undefined;
  endsAt = 0;
  late: Error | undefined;
  recovered: (() => void) | undefined;

  constructor(readonly delivery: Delivery) {}
}

/**
 * Creates the step that aborts the signal of a run after its timeout. The run then counts as failed, whatever its result is.
 * Throughline still waits for the run to end, so the same message never runs twice at the same time.
 */
export function timeLimit({ timeout, grace, onHung }: TimeLimitParts): Step {
  const hanging = new OverdueWatch<LimitedRun>(grace, (run) => {
    run.recovered = onHung(run.delivery);
  });
  const running = new OverdueWatch<LimitedRun>(timeout, (run) => {
    run.late = overdue(run.delivery, timeout);
    abortDelivery(run.delivery, run.late);
    hanging.begin(run);
  });
  const end = (run: LimitedRun): void => {
    running.end(run);
    if (run.late === undefined) return;
    hanging.end(run);
    run.recovered?.();
    throw run.late;
  };
  const limited = async (delivery: Delivery, work: Promise<Outcome>): Promise<Outcome> => {
    const run = new LimitedRun(delivery);
    running.begin(run);
    try {
      return await work;
    } finally {
      end(run);
    }
  };
  return {
    name: 'time-limit',
    enter: (delivery) => {
      begin(delivery);
      return undefined;
    },
    // A run that has ended synchronously was never late, because no timer could fire in the meantime.
    leave: (delivery, outcome) =>
      outcome instanceof Promise ? limited(delivery, outcome) : outcome,
  };
}
