import type { Tracer } from 'throughline/tracing';
import { batchWork } from './batch/batch-runner.js';
import { compose, type Next } from './step.js';
import { checkSchema } from './steps/validate.js';
import { decode } from './steps/decode.js';
import { invoke } from './steps/invoke.js';
import { route } from './steps/route.js';
import { stopCrashLoops } from './steps/crash-loop.js';
import { milliseconds } from '#base';
import { ThroughlineError } from '#base';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import type { DeadLetter } from 'throughline/transport';
import { Runs } from './run/run-state.js';
import type { Settler } from '../scheduler/settler.js';
import type { Source } from 'throughline/transport';
import { BlockedMessages } from '../scheduler/blocked-messages.js';
import { FailedRuns } from './run/failed-runs.js';
import {
  handlerRoad,
  type BoundHandler,
  type HandlerRoad,
  type RoadParts,
} from './handler-steps.js';
import { HandlerCounts } from '../scheduler/handler-counts.js';
import { MessageRunner } from './run/message-runner.js';
import { HandlerRunner, type Capacity, type SlotWork } from '../scheduler/handler-runner.js';

const CONCURRENCY = 10;
const LANE_LIMIT = 1_000;

/** What a worker shares with the rest of the application. */
export interface Workplace extends RoadParts {
  /** How long the broker keeps a message of the handler's channel. */
  readonly retentionOf: (definition: HandlerDefinition) => Promise<number | undefined>;
  readonly source: Source;
  readonly settler: Settler;
  readonly tracer: Tracer;
}

/** The handlers of one channel: one, or several that all carry `when`. Of what they ask for, the largest counts. */
export type Staff = readonly [BoundHandler, ...BoundHandler[]];

const largest = (staff: Staff, of: (definition: HandlerDefinition) => number): number =>
  Math.max(...staff.map(({ definition }) => of(definition)));

function capacityOf(staff: Staff): Capacity {
  const { batch } = staff[0].definition.options;
  return {
    concurrency: largest(staff, ({ options }) => options.concurrency ?? CONCURRENCY),
    perSlot: batch?.size ?? 1,
    gatherFor: batch === undefined ? 0 : milliseconds(batch.within),
    laneLimit: largest(staff, ({ options }) => options.laneLimit ?? LANE_LIMIT),
  };
}

/** Puts the handlers of a channel to work: all that is done around them is composed here, once. */
export function hire(staff: Staff, workplace: Workplace): HandlerRunner {
  const { source, settler, tracer } = workplace;
  const [{ definition: first }] = staff;
  const roads = staff.map((bound) => handlerRoad(bound, workplace));
  const handler = roads.map(({ name }) => name).join(' or ');
  const host = hostOf(staff, roads);
  const runs = new Runs();
  const allCounts = new Map(roads.map(({ name }) => [name, new HandlerCounts()]));
  const hosts = allCounts.get(host.name) ?? new HandlerCounts();
  const countsOf = (name: string): HandlerCounts => allCounts.get(name) ?? hosts;
  const runner = new MessageRunner({
    handler,
    retryPolicy: host.retryPolicy,
    tracer,
    runs,
    trace: host.trace,
    failedRuns: source.features.retry === 'source' ? new FailedRuns() : undefined,
    countsOf,
  });
  return new HandlerRunner({
    handler,
    capacity: capacityOf(staff),
    features: source.features,
    work: workOf(staff, roads, host, { runner, runs, tracer }),
    settler,
    blocked: new BlockedMessages({
      handler,
      health: workplace.health,
      retention: () => workplace.retentionOf(first),
    }),
    storeDeadLetter:
      first.options.onBlocked === 'deadLetter' ? compose(host.around, blocked) : undefined,
    runner,
    runs,
    allCounts,
    countFailure: (inbound, failures) => source.countFailure(inbound, failures),
  });
}

/** Who answers, and counts, for what no handler has taken: the first that has a place for dead letters. */
function hostOf(staff: Staff, roads: readonly HandlerRoad[]): HandlerRoad {
  const withPlace = staff.findIndex(
    ({ definition: { options } }) => (options.deadLetter ?? false) !== false,
  );
  const host = roads[Math.max(0, withPlace)];
  if (host === undefined) throw new TypeError('A channel has a handler.');
  return host;
}

interface Runners {
  readonly runner: MessageRunner;
  readonly runs: Runs;
  readonly tracer: Tracer;
}

function workOf(
  staff: Staff,
  roads: readonly HandlerRoad[],
  host: HandlerRoad,
  { runner, runs, tracer }: Runners,
): SlotWork {
  const { options, channel } = staff[0].definition;
  const { around, once, limit, handler } = host;
  const prepare = [stopCrashLoops(host.retryPolicy), host.deadline, decode, checkSchema(channel)];
  if (options.batch !== undefined) {
    const { name } = host;
    const preparation = { before: prepare, around: once };
    return batchWork({ name, handler, runner, runs, tracer, preparation, around, limit });
  }
  const road = compose(
    [...around, ...prepare],
    options.when === undefined ? inside(host) : route(routesOf(staff, roads), unmatchedOf(staff)),
  );
  return ([task]) => task && runner.run(task, road);
}

const inside = ({ once, limit, handler }: HandlerRoad): Next =>
  compose([...once, limit], invoke(handler));

const routesOf = (staff: Staff, roads: readonly HandlerRoad[]): Parameters<typeof route>[0] =>
  roads.map((road, index) => ({
    handler: road.name,
    when: staff[index]?.definition.options.when ?? ((): boolean => true),
    road: compose(road.around, inside(road)),
  }));

const unmatchedOf = (staff: Staff): 'ack' | 'deadLetter' =>
  staff.some(({ definition }) => definition.options.unmatched === 'deadLetter')
    ? 'deadLetter'
    : 'ack';

/** What becomes of a message that has too many of its key before it. */
const blocked = (): DeadLetter => ({
  kind: 'deadLetter',
  reason: 'blocked',
  cause: new ThroughlineError('TL_KEY_BLOCKED', 'Too many messages of this key wait already.'),
});
