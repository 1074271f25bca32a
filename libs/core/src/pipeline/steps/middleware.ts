import { isAwaitable, ThroughlineError, type MaybePromise } from '#base';
import type { Outcome } from 'throughline/transport';
import type { MiddlewareFunction } from '../../middleware.js';
import type { Step } from '../step.js';

const ACK_REASONS: readonly unknown[] = ['done', 'duplicate', 'unmatched'];
const DEAD_REASONS: readonly unknown[] = [
  'rejected',
  'invalid',
  'exhausted',
  'crashing',
  'blocked',
  'unmatched',
];

/** A step of the application's own (`use`). */
export function middleware(name: string, use: MiddlewareFunction): Step {
  return {
    name,
    around: (delivery, rest) => {
      let isCalled = false;
      const next = (): MaybePromise<Outcome> => {
        if (isCalled) throw calledTwice(name);
        isCalled = true;
        return rest(delivery);
      };
      const answer: unknown = use(delivery, next);
      return isAwaitable(answer)
        ? Promise.resolve(answer).then((outcome) => checked(name, outcome))
        : checked(name, answer);
    },
  };
}

/**
 * A middleware in plain JavaScript may return anything, and a message must not be lost by that. What only Throughline may say of an
 * outcome is left out: a dead letter counts as stored by nobody's word.
 */
function checked(name: string, answer: unknown): Outcome {
  if (typeof answer !== 'object' || answer === null || !('kind' in answer)) throw noOutcome(name);
  const { kind, as, after, counts, cause, reason, where } = answer as Readonly<
    Record<string, unknown>
  >;
  if (kind === 'ack' && ACK_REASONS.includes(as)) return answer as Outcome;
  if (kind === 'retry' && isDelay(after) && typeof counts === 'boolean') {
    return { kind, after, cause, counts, ...(where === 'lane' && { where }) };
  }
  if (kind === 'deadLetter' && DEAD_REASONS.includes(reason)) {
    return { kind, reason, cause } as Outcome;
  }
  throw noOutcome(name);
}

const isDelay = (after: unknown): after is number => typeof after === 'number' && after >= 0;

const noOutcome = (name: string): ThroughlineError =>
  new ThroughlineError(
    'TL_MIDDLEWARE_NO_OUTCOME',
    `The middleware ${name} returned no outcome: it returns what next() returns, or an outcome of its own (ACK).`,
  );

const calledTwice = (name: string): ThroughlineError =>
  new ThroughlineError(
    'TL_MIDDLEWARE_NEXT_TWICE',
    `The middleware ${name} called next() twice: a message runs once.`,
  );
