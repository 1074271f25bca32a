import { ThroughlineError } from '#base';
import type { Outcome } from 'throughline/transport';
import { RetryLater } from '../../handler-errors.js';
import type { Step } from '../step.js';
import { OverdueWatch, type Timed } from './overdue-watch.js';
import { begin, type Handling } from '../handling.js';

/** How long a run may take, in milliseconds, and what happens to one that goes on all the same. */
export interface TimeLimit {
  readonly timeout: number;
  readonly grace: number;
  /** A run goes on beyond its grace. What it answers is called once that run has ended after all. */
  readonly onHung: (handling: Handling) => () => void;
}

/** A run that waited for a broker has not failed by its own fault. */
const overdue = ({ inbound, run }: Handling, timeout: number): Error => {
  const cause = new ThroughlineError(
    'TL_HANDLER_TIMEOUT',
    `The handler of message ${inbound.id} has not ended within ${timeout / 1_000} s.`,
  );
  return run.pendingPublishes === 0
    ? cause
    : new RetryLater('1s', `${cause.message} It waited for a publish.`, { counts: false, cause });
};

/** A run whose time is counted. */
class LimitedRun implements Timed<LimitedRun> {
  before: LimitedRun | undefined;
  after: LimitedRun | undefined;
  endsAt = 0;
  late: Error | undefined;
  recovered: (() => void) | undefined;

  constructor(readonly handling: Handling) {}
}

/**
 * Tells a run that its time is up, by its delivery's signal, and counts it as failed however it ends then. It is waited for all
 * the same: its message never runs a second time beside it.
 */
export function limitTime({ timeout, grace, onHung }: TimeLimit): Step {
  const hanging = new OverdueWatch<LimitedRun>(grace, (run) => {
    run.recovered = onHung(run.handling);
  });
  const running = new OverdueWatch<LimitedRun>(timeout, (run) => {
    run.late = overdue(run.handling, timeout);
    run.handling.run.abort(run.late);
    hanging.begin(run);
  });
  const end = (run: LimitedRun): void => {
    running.end(run);
    if (run.late === undefined) return;
    hanging.end(run);
    run.recovered?.();
    throw run.late;
  };
  const limited = async (handling: Handling, work: Promise<Outcome>): Promise<Outcome> => {
    const run = new LimitedRun(handling);
    running.begin(run);
    try {
      return await work;
    } finally {
      end(run);
    }
  };
  // What has ended when it comes back was never late: no timer could have run meanwhile.
  return (handling, next) => {
    begin(handling);
    const outcome = next(handling);
    return outcome instanceof Promise ? limited(handling, outcome) : outcome;
  };
}
