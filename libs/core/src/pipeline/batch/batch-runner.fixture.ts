import { queue } from 'throughline/sqs';
import { anyJson } from 'throughline/transport';
import { none } from 'throughline/tracing';
import { anInbound, type InboundWish } from '../inbound-message.fixture.js';
import type { Step } from '../step.js';
import { decode } from '../steps/decode.js';
import { classify } from '../steps/classify.js';
import { Lane, PartitionLanes, Task } from '../../scheduler/lanes/task.js';
import { RetryPolicy } from '../retry-policy.js';
import { HandlerCounts } from '../../scheduler/handler-counts.js';
import { MessageRunner } from '../run/message-runner.js';
import type { SlotWork } from '../../scheduler/lanes/task.js';
import type { Batch } from '../../batch.js';
import { composeAround } from '../compose.js';
import { ProcessingHooks } from '../processing-hooks.js';
import { batchWork } from './batch-runner.js';

export const retryPolicy = new RetryPolicy({ attempts: 5 });

/** Creates tasks as the lanes would pass them to a slot. */
export function tasksOf(wishes: readonly InboundWish[]): readonly Task[] {
  const origin = new PartitionLanes('orders');
  const lanes = new Map<string, Lane>();
  return wishes.map((wish) => {
    const inbound = anInbound(wish);
    const lane = lanes.get(inbound.lane ?? '') ?? new Lane(origin, inbound.lane ?? inbound);
    if (inbound.lane !== null) lanes.set(inbound.lane, lane);
    return new Task(inbound, lane, inbound.failures);
  });
}

/** Runs messages with a batch handler. Returns their outcomes by message id. */
export async function outcomesOf(
  wishes: readonly InboundWish[],
  handler: (batch: Batch<unknown>) => unknown,
  before: readonly Step[] = [],
  tracer = none(),
): Promise<Record<string, string>> {
  const work = workOf(handler, before, tracer);
  const tasks = tasksOf(wishes);
  await work(tasks);
  const kinds = tasks.flatMap(({ inbound, outcome }) =>
    outcome === undefined ? [] : [[inbound.id, outcome.kind] as const],
  );
  return Object.fromEntries(kinds);
}

/** Returns the work of a slot for a batch handler. */
export function workOf(
  handler: (batch: Batch<unknown>) => unknown,
  before: readonly Step[] = [],
  tracer = none(),
): SlotWork {
  const counts = new HandlerCounts();
  return batchWork({
    handler: (payload) => handler(payload as Batch<unknown>),
    name: 'Test.handle',
    tracer,
    runner: new MessageRunner({
      handler: 'Test.handle',
      retryPolicy,
      tracer,
      trace: 'continue',
      failedRuns: undefined,
      countsOf: () => counts,
    }),
    hooks: new ProcessingHooks(Symbol('test')),
    sharedPlaces: true,
    calls: new Set(),
    steps: {
      outcome: composeAround([classify(retryPolicy)]),
      preparation: [decode(queue('orders', { schema: anyJson })), ...before],
      call: [],
    },
  });
}
