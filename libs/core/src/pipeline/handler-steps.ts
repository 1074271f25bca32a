import type { Behaviour } from './step.js';
import { bury } from './steps/dead-letter.js';
import { deadline } from './steps/deadline.js';
import type { NestHandler } from './steps/invoke.js';
import { judge } from './steps/classify.js';
import { limitTime } from './steps/time-limit.js';
import { once, type OnceParts } from './steps/idempotency.js';
import type { Graveyard } from './dead-letter-store.js';
import { milliseconds } from '#base';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import type { ThroughlineHealth } from '../health.js';
import { Policy } from './retry-policy.js';
import type { TraceOfRetries } from './run/lineage.js';
import { loggedReason } from './run/logged-reason.js';

/** A declared handler together with what Nest calls for it. */
export interface BoundHandler {
  readonly definition: HandlerDefinition;
  readonly handler: NestHandler;
}

/** What a handler's road shares with the rest of the application. */
export interface RoadParts {
  readonly health: ThroughlineHealth;
  readonly graveyardOf: (definition: HandlerDefinition) => Graveyard | undefined;
  readonly onceOf: (definition: HandlerDefinition) => OnceParts | undefined;
}

/** What is done around one handler, from its declaration. */
export interface HandlerRoad {
  readonly name: string;
  readonly handler: NestHandler;
  readonly policy: Policy;
  readonly trace: TraceOfRetries;
  /** Judging and burying: outermost. */
  readonly around: readonly Behaviour[];
  /** Around all that comes before the handler's call. */
  readonly deadline: Behaviour;
  /** Doing things once, where that was asked for. */
  readonly once: readonly Behaviour[];
  /** Around the handler's call. */
  readonly limit: Behaviour;
}

/** Composes what a handler was declared with; done once, at start. */
export function handlerRoad({ definition, handler }: BoundHandler, parts: RoadParts): HandlerRoad {
  const { name, options } = definition;
  const { health, graveyardOf, onceOf } = parts;
  const policy = new Policy(options.retry);
  const onceParts = onceOf(definition);
  const timeout = milliseconds(options.timeout ?? '5m');
  return {
    name,
    handler,
    policy,
    trace: options.trace ?? 'continue',
    around: [
      bury({
        policy,
        store: graveyardOf(definition),
        onHomeless: ({ arrival }, { reason, cause }) =>
          health.report(
            name,
            `message ${arrival.id} is ${reason} (${loggedReason(cause)}) and waits, since the handler has no deadLetter.`,
          ),
      }),
      judge(policy),
    ],
    deadline: deadline(timeout),
    once: onceParts === undefined ? [] : [once(onceParts)],
    limit: limitTime({
      timeout,
      grace: milliseconds(options.grace ?? '30s'),
      onHung: ({ arrival }) => {
        const who = `${name} (message ${arrival.id})`;
        health.report(who, 'it is still at work although its time and its grace are over.');
        return () => health.clear(who);
      },
    }),
  };
}
