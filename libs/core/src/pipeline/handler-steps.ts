import type { Step } from './step.js';
import { storeDeadLetter } from './steps/dead-letter.js';
import { deadline } from './steps/deadline.js';
import type { NestHandler } from './steps/invoke.js';
import { classify } from './steps/classify.js';
import { limitTime } from './steps/time-limit.js';
import { once, type IdempotencyParts } from './steps/idempotency.js';
import type { DeadLetterStore } from './dead-letter-store.js';
import { milliseconds } from '#base';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import type { ThroughlineHealth } from '../health.js';
import { RetryPolicy } from './retry-policy.js';
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
  readonly deadLetterStoreOf: (definition: HandlerDefinition) => DeadLetterStore | undefined;
  readonly idempotencyOf: (definition: HandlerDefinition) => IdempotencyParts | undefined;
}

/** What is done around one handler, from its declaration. */
export interface HandlerRoad {
  readonly name: string;
  readonly handler: NestHandler;
  readonly retryPolicy: RetryPolicy;
  readonly trace: TraceOfRetries;
  /** Judging and burying: outermost. */
  readonly around: readonly Step[];
  /** Around all that comes before the handler's call. */
  readonly deadline: Step;
  /** Doing things once, where that was asked for. */
  readonly once: readonly Step[];
  /** Around the handler's call. */
  readonly limit: Step;
}

/** Composes what a handler was declared with; done once, at start. */
export function handlerRoad({ definition, handler }: BoundHandler, parts: RoadParts): HandlerRoad {
  const { name, options } = definition;
  const { health, deadLetterStoreOf, idempotencyOf } = parts;
  const retryPolicy = new RetryPolicy(options.retry);
  const idempotencyParts = idempotencyOf(definition);
  const timeout = milliseconds(options.timeout ?? '5m');
  return {
    name,
    handler,
    retryPolicy,
    trace: options.trace ?? 'continue',
    around: [
      storeDeadLetter({
        retryPolicy,
        store: deadLetterStoreOf(definition),
        onNoDeadLetterChannel: ({ inbound }, { reason, cause }) =>
          health.report(
            name,
            `message ${inbound.id} is ${reason} (${loggedReason(cause)}) and waits, since the handler has no deadLetter.`,
          ),
      }),
      classify(retryPolicy),
    ],
    deadline: deadline(timeout),
    once: idempotencyParts === undefined ? [] : [once(idempotencyParts)],
    limit: limitTime({
      timeout,
      grace: milliseconds(options.grace ?? '30s'),
      onHung: ({ inbound }) => {
        const who = `${name} (message ${inbound.id})`;
        health.report(who, 'it is still at work although its time and its grace are over.');
        return () => health.clear(who);
      },
    }),
  };
}
