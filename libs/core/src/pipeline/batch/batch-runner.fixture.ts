import { none } from 'throughline/tracing';
import { anArrival, type ArrivalWish } from '../inbound-message.fixture.js';
import type { Behaviour } from '../step.js';
import { decode } from '../steps/decode.js';
import { judge } from '../steps/classify.js';
import { Lane, Shard, Task } from '../../scheduler/lanes/task.js';
import { Policy } from '../retry-policy.js';
import { Runs } from '../run/run-state.js';
import { Tally } from '../../scheduler/handler-counts.js';
import { TaskRunner } from '../run/message-runner.js';
import type { SlotWork } from '../../scheduler/handler-runner.js';
import type { Batch } from '../../batch.js';
import { batchWork } from './batch-runner.js';

export const policy = new Policy({ attempts: 5 });

/** Tasks as the lanes would hand them out. */
export function tasksOf(wishes: readonly ArrivalWish[]): readonly Task[] {
  const shard = new Shard('orders');
  const lanes = new Map<string, Lane>();
  return wishes.map((wish) => {
    const arrival = anArrival(wish);
    const lane = lanes.get(arrival.lane ?? '') ?? new Lane(shard, arrival.lane ?? arrival);
    if (arrival.lane !== null) lanes.set(arrival.lane, lane);
    return new Task(arrival, lane, arrival.failures);
  });
}

/** What becomes of these messages under this handler, by their ids. */
export async function outcomesOf(
  wishes: readonly ArrivalWish[],
  handler: (batch: Batch<unknown>) => unknown,
  before: readonly Behaviour[] = [],
  tracer = none(),
): Promise<Record<string, string>> {
  const work = workOf(handler, before, tracer);
  const tasks = tasksOf(wishes);
  await work(tasks);
  const kinds = tasks.flatMap(({ arrival, outcome }) =>
    outcome === undefined ? [] : [[arrival.id, outcome.kind] as const],
  );
  return Object.fromEntries(kinds);
}

/** The work of a slot under this handler. */
export function workOf(
  handler: (batch: Batch<unknown>) => unknown,
  before: readonly Behaviour[] = [],
  tracer = none(),
): SlotWork {
  const runs = new Runs();
  const tally = new Tally();
  return batchWork({
    handler: (payload) => handler(payload as Batch<unknown>),
    name: 'Test.handle',
    tracer,
    runner: new TaskRunner({
      handler: 'Test.handle',
      policy,
      tracer,
      runs,
      trace: 'continue',
      failedRuns: undefined,
      tallyOf: () => tally,
    }),
    runs,
    preparation: { before: [decode], around: before },
    around: [judge(policy)],
    limit: (handling, next) => next(handling),
  });
}
