import type { MaybePromise } from '#base';
import type { Outcome } from 'throughline/transport';
import type { Delivery } from './delivery.js';

/**
 * Runs the rest of the pipeline and the handler. Always `await` or return the result of `next`: if the handler throws, `next`
 * throws or rejects with the same error.
 *
 * @throws ThroughlineError `TL_MIDDLEWARE_NEXT_TWICE` if it is called twice
 */
export type NextStep = () => MaybePromise<Outcome>;

/** A middleware as a function. See {@link MessageMiddleware}. */
export type MiddlewareFunction = (delivery: Delivery, next: NextStep) => MaybePromise<Outcome>;

/**
 * A middleware as an injectable class. It runs around every handler. List it in `use` of `ThroughlineModule.forRoot`.
 *
 * A middleware runs inside the trace, dead-letter handling and deadline, after validation and idempotency, and before the handler.
 * If it throws, the handler counts as failed. Return what `next` returns, or another outcome without calling `next`.
 *
 * A middleware runs once per message, even if a batch handler receives the message. For a batch handler, `next` returns when the
 * batch handler has ended.
 *
 * @example
 * \@Injectable()
 * export class TimingMiddleware implements MessageMiddleware {
 *   async use(delivery: Delivery, next: NextStep): Promise<Outcome> {
 *     const start = performance.now();
 *     try {
 *       return await next();
 *     } finally {
 *       this.metrics.record(delivery.channel, performance.now() - start);
 *     }
 *   }
 * }
 */
export interface MessageMiddleware {
  use(delivery: Delivery, next: NextStep): MaybePromise<Outcome>;
}
