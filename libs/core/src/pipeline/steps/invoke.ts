import { isObservable, lastValueFrom } from 'rxjs';
import { currentRun } from '../run/current-run.js';
import { Delivery } from '../../delivery.js';
import { ACK, type Outcome } from 'throughline/transport';
import { isAwaitable, type MaybePromise } from '#base';
import type { Next } from '../step.js';
import type { Handling } from '../handling.js';

/** What Nest calls: guards, pipes, interceptors, the method, filters. */
export type NestHandler = (payload: unknown, delivery: unknown) => unknown;

/** Makes the delivery that a handler sees. */
export const deliveryOf = ({ inbound, attempt, payload, run }: Handling): Delivery =>
  new Delivery(inbound, payload, attempt, run);

/**
 * Calls Nest's handler, and subscribes to what it answers: with interceptors, and with a handler that returns an observable,
 * the work happens only on subscription (rpc-proxy.js). Without a value, as after `EMPTY`, the handler is done as well.
 */
export function call(
  handler: NestHandler,
  payload: unknown,
  context: unknown,
): MaybePromise<Outcome> {
  const answer = handler(payload, context);
  if (answer === undefined) return ACK;
  return isAwaitable(answer) ? Promise.resolve(answer).then(ended) : ended(answer);
}

const ended = (answer: unknown): MaybePromise<Outcome> =>
  isObservable(answer) ? lastValueFrom(answer, { defaultValue: undefined }).then(done) : ACK;

const done = (): Outcome => ACK;

/** The innermost: one message, one call. */
export const invoke =
  (handler: NestHandler): Next =>
  (handling) =>
    currentRun.enter(handling.run, () => call(handler, handling.payload, deliveryOf(handling)));
