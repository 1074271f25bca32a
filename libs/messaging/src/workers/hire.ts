import type { Tracer } from 'throughline/tracing';
import { batchWork } from '../batch/batch-work.js';
import { bury } from '../behaviours/bury.js';
import { checkSchema } from '../behaviours/check-schema.js';
import { compose, type Behaviour } from '../behaviours/behaviour.js';
import { decode } from '../behaviours/decode.js';
import { invoke, type NestHandler } from '../behaviours/invoke.js';
import { judge } from '../behaviours/judge.js';
import { limitTime } from '../behaviours/limit-time.js';
import { stopCrashLoops } from '../behaviours/stop-crash-loops.js';
import type { Graveyard } from '../dead-letters.js';
import { milliseconds } from '../duration.js';
import { reasonOf, ThroughlineError } from '../errors.js';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import type { ThroughlineHealth } from '../health.js';
import type { DeadLetter } from '../outcome.js';
import { Policy } from '../policy.js';
import { Runs } from '../run-state.js';
import type { Settler } from '../settler.js';
import type { Source } from '../source.js';
import { HandlerLog } from './handler-log.js';
import { TaskRunner } from './task-runner.js';
import { Worker, type Capacity, type SlotWork } from './worker.js';

const CONCURRENCY = 10;
const LANE_LIMIT = 1_000;

/** A declared handler together with what Nest calls for it. */
export interface BoundHandler {
  readonly definition: HandlerDefinition;
  readonly handler: NestHandler;
}

/** What a worker shares with the rest of the application. */
export interface Workplace {
  readonly source: Source;
  readonly settler: Settler;
  readonly tracer: Tracer;
  readonly health: ThroughlineHealth;
  readonly graveyard: Graveyard | undefined;
}

const capacityOf = ({ options }: HandlerDefinition): Capacity => ({
  concurrency: options.concurrency ?? CONCURRENCY,
  perSlot: options.batch?.size ?? 1,
  gatherFor: options.batch === undefined ? 0 : milliseconds(options.batch.within),
  laneLimit: options.laneLimit ?? LANE_LIMIT,
});

/** Puts a handler to work: all that is done around it is composed here, once. */
export function hire(bound: BoundHandler, workplace: Workplace): Worker {
  const { definition } = bound;
  const { source, settler, tracer, health, graveyard } = workplace;
  const { options, name } = definition;
  const policy = new Policy(options.retry);
  const runs = new Runs();
  const runner = new TaskRunner({ handler: name, policy, tracer, log: new HandlerLog(name), runs });
  const around = [
    bury({
      policy,
      store: graveyard,
      onHomeless: ({ arrival }, { reason, cause }) =>
        health.report(
          name,
          `message ${arrival.id} is ${reason} (${reasonOf(cause)}) and waits, since the handler has no deadLetter.`,
        ),
    }),
    judge(policy),
  ];
  return new Worker({
    handler: name,
    capacity: capacityOf(definition),
    features: source.features,
    work: workOf(bound, { policy, runner, runs, around, health }),
    settler,
    bury: options.onBlocked === 'deadLetter' ? compose(around, blocked) : undefined,
    runner,
    runs,
    note: (arrival, failures) => source.note(arrival, failures),
  });
}

interface WorkParts {
  readonly policy: Policy;
  readonly runner: TaskRunner;
  readonly runs: Runs;
  readonly around: readonly Behaviour[];
  readonly health: ThroughlineHealth;
}

function workOf(
  { definition, handler }: BoundHandler,
  { policy, runner, runs, around, health }: WorkParts,
): SlotWork {
  const { options, channel, name } = definition;
  const prepare = [stopCrashLoops(policy), decode, checkSchema(channel)];
  const limit = limitTime({
    timeout: milliseconds(options.timeout ?? '5m'),
    grace: milliseconds(options.grace ?? '30s'),
    onHung: ({ arrival }) => {
      const who = `${name} (message ${arrival.id})`;
      health.report(who, 'it is still at work although its time and its grace are over.');
      return () => health.clear(who);
    },
  });
  if (options.batch !== undefined)
    return batchWork({ handler, runner, runs, prepare, around, limit });
  const road = compose([...around, ...prepare, limit], invoke(handler));
  return async ([task]) =>
    task === undefined ? new Map() : new Map([[task, await runner.run(task, road)]]);
}

/** What becomes of a message that has too many of its key before it. */
const blocked = (): DeadLetter => ({
  kind: 'deadLetter',
  reason: 'blocked',
  cause: new ThroughlineError('TL_KEY_BLOCKED', 'Too many messages of this key wait already.'),
});
