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
 * Runs a middleware of the application (`use`). If the handler has started, waits for the handler even if the middleware does
 * not. Otherwise, the message would be acknowledged while its handler is still running, and an unhandled error would end the
 * process.
 */
export function middleware(name: string, use: MiddlewareFunction): Step {
  return {
    name,
    around: (delivery, rest) => {
      let isCalled = false;
      let isOver = false;
      let running: Promise<Outcome> | undefined;
      const next = (): MaybePromise<Outcome> => {
        if (isOver) return ACK; // the message is settled, so nothing may run any more
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
      /**
       * Returns the result of the middleware. If the middleware did not wait for the handler and the handler fails, returns the
       * handler's failure.
       */
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
 * Checks the outcome that a middleware returned. A middleware in JavaScript may return anything. A dead letter that a middleware
 * returns never counts as stored.
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
    `The middleware ${name} did not return an outcome. Return what next() returns, or another outcome, such as ACK.`,
  );

const calledTwice = (name: string): ThroughlineError =>
  new ThroughlineError(
    'TL_MIDDLEWARE_NEXT_TWICE',
    `The middleware ${name} called next() twice. Call next() only once per message.`,
  );
