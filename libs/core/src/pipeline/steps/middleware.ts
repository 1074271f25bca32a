import { isAwaitable, ThroughlineError, type MaybePromise } from '#base';
import { ACK, type Outcome } from 'throughline/transport';
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

/**
 * A step of the application's own (`use`). A handler that has begun is waited for, also where the middleware did not wait for it:
 * otherwise its message would be settled in the middle of its run, and an error that nobody awaits would end the process.
 */
export function middleware(name: string, use: MiddlewareFunction): Step {
  return {
    name,
    around: (delivery, rest) => {
      let isCalled = false;
      let isOver = false;
      let running: Promise<Outcome> | undefined;
      const next = (): MaybePromise<Outcome> => {
        if (isOver) return ACK; // the message has been settled: nothing runs any more
        if (isCalled) throw calledTwice(name);
        isCalled = true;
        const outcome = rest(delivery);
        if (outcome instanceof Promise) {
          running = outcome;
          const ended = (): void => {
            running = undefined;
          };
          outcome.then(ended, ended);
        }
        return outcome;
      };
      /** What the middleware came to, unless it has not waited for the handler: then a handler that fails has the last word. */
      const conclude = (conclusion: () => Outcome): MaybePromise<Outcome> => {
        isOver = true;
        return running === undefined
          ? conclusion()
          : running.then((outcome) => (outcome.kind === 'ack' ? conclusion() : outcome));
      };
      const failed = (thrown: unknown) => (): never => {
        throw thrown;
      };
      try {
        const answer: unknown = use(delivery, next);
        return isAwaitable(answer)
          ? Promise.resolve(answer).then(
              (outcome) => conclude(() => checked(name, outcome)),
              (thrown: unknown) => conclude(failed(thrown)),
            )
          : conclude(() => checked(name, answer));
      } catch (thrown) {
        return conclude(failed(thrown));
      }
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
