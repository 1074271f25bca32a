import { milliseconds, ThroughlineError } from '#base';
import type { Tracer } from 'throughline/tracing';
import type { DeadLetter, Source } from 'throughline/transport';
import { inboundOf, type Delivery } from '../delivery.js';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import type { ThroughlineHealth } from '../health.js';
import { BlockedMessages } from '../scheduler/blocked-messages.js';
import { HandlerCounts } from '../scheduler/handler-counts.js';
import { HandlerRunner, type Capacity } from '../scheduler/handler-runner.js';
import type { SlotWork } from '../scheduler/lanes/task.js';
import type { Settler } from '../scheduler/settler.js';
import { batchWork } from './batch/batch-runner.js';
import { compose, composeAround, invoke, type NestHandler } from './compose.js';
import type { DeadLetterStore } from './dead-letter-store.js';
import type { FastPaths } from './fast-paths.js';
import type { ProcessingHooks } from './processing-hooks.js';
import { RetryPolicy } from './retry-policy.js';
import { FailedRuns } from './run/failed-runs.js';
import { loggedSentence } from './run/logged-reason.js';
import { MessageRunner } from './run/message-runner.js';
import type { Step } from './step.js';
import { classify } from './steps/classify.js';
import { crashLoop } from './steps/crash-loop.js';
import { deadLetter } from './steps/dead-letter.js';
import { deadline } from './steps/deadline.js';
import { decode } from './steps/decode.js';
import { idempotency, type IdempotencyParts } from './steps/idempotency.js';
import { route, type Route } from './steps/route.js';
import { timeLimit } from './steps/time-limit.js';
import { validate } from './steps/validate.js';

/** A declared handler and the function that Nest calls for it. */
export interface BoundHandler {
  readonly definition: HandlerDefinition;
  readonly handler: NestHandler;
}

/**
 * The handlers of one channel: either one, or several that all have `when`. If the handlers have different limits, the largest
 * applies.
 */
export type ChannelHandlers = readonly [BoundHandler, ...BoundHandler[]];

/** The parts that a pipeline shares with the rest of the application. */
export interface PipelineContext {
  readonly source: Source;
  readonly settler: Settler;
  readonly tracer: Tracer;
  readonly health: ThroughlineHealth;
  readonly hooks: ProcessingHooks;
  readonly fastPaths: FastPaths;
  /** The steps of the application's middleware (`use`). */
  readonly middleware: readonly Step[];
  readonly deadLetterStoreOf: (definition: HandlerDefinition) => DeadLetterStore | undefined;
  readonly idempotencyOf: (definition: HandlerDefinition) => IdempotencyParts | undefined;
  /** Returns how long the broker retains a message in the handler's channel. */
  readonly retentionOf: (definition: HandlerDefinition) => Promise<number | undefined>;
}

/**
 * Returns the steps around one handler, outermost first. This is the only list of steps. Single messages use it as it is. For
 * routed handlers and batches, the functions below select parts of it. `trace` surrounds all of these steps, and `handler` is
 * inside them.
 */
function stepsAround(
  definition: HandlerDefinition,
  retryPolicy: RetryPolicy,
  { health, middleware, ...context }: PipelineContext,
): readonly Step[] {
  const { options, name, channel } = definition;
  const timeout = milliseconds(options.timeout);
  const grace = milliseconds(options.grace);
  const idempotencyParts = context.idempotencyOf(definition);
  return [
    deadLetter({
      retryPolicy,
      store: context.deadLetterStoreOf(definition),
      onNoDeadLetterChannel: reportUndeliverable(name, health),
    }),
    classify(retryPolicy),
    crashLoop(retryPolicy),
    deadline(timeout),
    decode(channel),
    validate(channel),
    ...(idempotencyParts === undefined ? [] : [idempotency(idempotencyParts)]),
    ...middleware,
    timeLimit({ timeout, grace, onHung: reportHung(name, health) }),
  ];
}

type StepName = 'classify' | 'validate' | 'time-limit';

const placeOf = (steps: readonly Step[], name: StepName): number =>
  steps.findIndex((step) => step.name === name);

/** Selects the steps that convert the result of a run into an outcome. */
const outcomeSteps = (steps: readonly Step[]): readonly Step[] =>
  steps.slice(0, placeOf(steps, 'classify') + 1);

/** Selects the steps up to a valid payload. Handlers on the same channel share these steps. */
const sharedSteps = (steps: readonly Step[]): readonly Step[] =>
  steps.slice(0, placeOf(steps, 'validate') + 1);

/** Selects the steps after a valid payload. */
const ownSteps = (steps: readonly Step[]): readonly Step[] =>
  steps.slice(placeOf(steps, 'validate') + 1);

/** Selects the steps between the outcome and the call to the handler. */
const preparationSteps = (steps: readonly Step[]): readonly Step[] =>
  steps.slice(placeOf(steps, 'classify') + 1, placeOf(steps, 'time-limit'));

/** Selects the steps around the call to the handler. */
const callSteps = (steps: readonly Step[]): readonly Step[] =>
  steps.slice(placeOf(steps, 'time-limit'));

/** One handler with its steps. */
interface BuiltHandler extends BoundHandler {
  readonly retryPolicy: RetryPolicy;
  readonly steps: readonly Step[];
}

/** Builds the pipeline for a channel's handlers, once at startup. */
export function buildPipeline(handlers: ChannelHandlers, context: PipelineContext): HandlerRunner {
  const { source, settler, tracer, health, hooks } = context;
  const [{ definition: first }] = handlers;
  const built = handlers.map((bound): BuiltHandler => {
    const retryPolicy = new RetryPolicy(bound.definition.options.retry);
    return { ...bound, retryPolicy, steps: stepsAround(bound.definition, retryPolicy, context) };
  });
  const host = hostOf(built);
  const handler = built.map(({ definition: { name } }) => name).join(' or ');
  const allCounts = new Map(built.map(({ definition: { name } }) => [name, new HandlerCounts()]));
  const hostCounts = allCounts.get(host.definition.name) ?? new HandlerCounts();
  const runner = new MessageRunner({
    handler,
    retryPolicy: host.retryPolicy,
    tracer,
    trace: host.definition.options.trace,
    failedRuns: source.features.retry === 'source' ? new FailedRuns() : undefined,
    countsOf: (name) => allCounts.get(name) ?? hostCounts,
  });
  const batchCalls = new Set<Delivery>();
  return new HandlerRunner({
    handler,
    capacity: capacityOf(handlers),
    features: source.features,
    work: workOf(built, host, {
      runner,
      tracer,
      hooks,
      calls: batchCalls,
      sharedPlaces: context.fastPaths.sharedPlaces,
    }),
    steps: new Map(built.map((one) => [one.definition.name, namesOf(one, host)])),
    settler,
    hooks,
    immediateStarts: context.fastPaths.immediateStarts,
    blocked: new BlockedMessages({
      handler,
      health,
      retention: () => context.retentionOf(first),
    }),
    storeDeadLetter:
      first.options.onBlocked === 'deadLetter'
        ? compose(outcomeSteps(host.steps), blocked)
        : undefined,
    runner,
    batchCalls,
    allCounts,
    countFailure: (inbound, failures) => source.countFailure(inbound, failures),
  });
}

/** Dependencies of the pipelines of a channel's handlers. */
interface WorkParts {
  readonly runner: MessageRunner;
  readonly tracer: Tracer;
  readonly hooks: ProcessingHooks;
  readonly calls: Set<Delivery>;
  readonly sharedPlaces: boolean;
}

/**
 * Creates the function that the scheduler calls for a slot: for single messages, for handlers that share a channel, or for batches.
 */
function workOf(
  built: readonly BuiltHandler[],
  { definition, handler, steps }: BuiltHandler,
  common: WorkParts,
): SlotWork {
  const { runner, hooks } = common;
  const { name, options } = definition;
  if (options.batch !== undefined) {
    const parts = {
      outcome: composeAround(outcomeSteps(steps)),
      preparation: preparationSteps(steps),
      call: callSteps(steps),
    };
    return batchWork({ ...common, name, handler, steps: parts });
  }
  if (options.when === undefined) return runner.slot(compose(steps, invoke(handler, hooks)));
  const routes = built.map((one): Route => ({
    handler: one.definition.name,
    when: one.definition.options.when ?? ((): boolean => true),
    handle: compose(routedSteps(one), invoke(one.handler, hooks)),
  }));
  return runner.slot(compose(sharedSteps(steps), route(routes, unmatchedOf(built))));
}

/** Selects the steps of a routed handler, which has its own retries and dead letters. */
const routedSteps = ({ steps }: BuiltHandler): readonly Step[] => [
  ...outcomeSteps(steps),
  ...ownSteps(steps),
];

/** The names of the steps that a handler's messages go through. */
function namesOf({ definition, steps }: BuiltHandler, host: BuiltHandler): readonly string[] {
  const { when, batch } = definition.options;
  const names = (some: readonly Step[]): readonly string[] => some.map(({ name }) => name);
  if (when !== undefined) {
    const own = [...outcomeSteps(steps), ...ownSteps(steps)];
    return ['trace', ...names(sharedSteps(host.steps)), 'route', ...names(own), 'handler'];
  }
  if (batch !== undefined) {
    const each = [...outcomeSteps(steps), ...preparationSteps(steps)];
    return ['trace', ...names(each), 'batch', ...names(callSteps(steps)), 'handler'];
  }
  return ['trace', ...names(steps), 'handler'];
}

/**
 * Selects the handler that is responsible for unmatched messages: the first one that has a dead-letter channel, or else the first
 * handler.
 */
function hostOf(built: readonly BuiltHandler[]): BuiltHandler {
  const host = built.find(({ definition }) => definition.options.deadLetter !== false) ?? built[0];
  if (host === undefined) throw new TypeError('A channel needs at least one handler.');
  return host;
}

const largest = (
  handlers: ChannelHandlers,
  of: (definition: HandlerDefinition) => number,
): number => Math.max(...handlers.map(({ definition }) => of(definition)));

function capacityOf(handlers: ChannelHandlers): Capacity {
  const { batch } = handlers[0].definition.options;
  return {
    concurrency: largest(handlers, ({ options }) => options.concurrency),
    perSlot: batch?.size ?? 1,
    gatherFor: batch === undefined ? 0 : milliseconds(batch.within),
    laneLimit: largest(handlers, ({ options }) => options.laneLimit),
  };
}

const unmatchedOf = (built: readonly BuiltHandler[]): 'ack' | 'deadLetter' =>
  built.some(({ definition }) => definition.options.unmatched === 'deadLetter')
    ? 'deadLetter'
    : 'ack';

/** Creates the outcome of a message that is blocked, because too many messages with the same key are waiting before it. */
const blocked = (): DeadLetter => ({
  kind: 'deadLetter',
  reason: 'blocked',
  cause: new ThroughlineError(
    'TL_KEY_BLOCKED',
    "Too many messages with the same key are waiting (laneLimit), so this message becomes a dead letter (onBlocked: 'deadLetter').",
  ),
});

const reportUndeliverable =
  (name: string, health: ThroughlineHealth) =>
  (delivery: Delivery, { reason, cause }: DeadLetter): void => {
    const { id } = inboundOf(delivery);
    health.report(
      name,
      `Message ${id} cannot be processed (${reason}): ${loggedSentence(cause)} The handler has deadLetter: false, so Throughline will keep retrying the message instead of storing it as a dead letter.`,
    );
  };

const reportHung =
  (name: string, health: ThroughlineHealth) =>
  (delivery: Delivery): (() => void) => {
    const who = `${name} (message ${inboundOf(delivery).id})`;
    health.report(
      who,
      'The handler is still running after its timeout and grace period. Check what the handler is waiting for.',
    );
    return () => health.clear(who);
  };
