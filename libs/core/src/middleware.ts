import type { MaybePromise } from '#base';
import type { Outcome } from 'throughline/transport';
import type { Delivery } from './delivery.js';

/**
 * Runs the rest of the pipeline and the handler, once. It throws or rejects with what the handler throws, so `await` it.
 *
 * @throws ThroughlineError `TL_MIDDLEWARE_NEXT_TWICE` when it is called again
 */
export type NextStep = () => MaybePromise<Outcome>;

/** A step of your own around every handler, as a function; see {@link MessageMiddleware}. */
export type MiddlewareFunction = (delivery: Delivery, next: NextStep) => MaybePromise<Outcome>;

/**
 * A step of your own around every handler, as an injectable class. List it under `use` of `ThroughlineModule.forRoot`. It runs
 * inside the trace, the dead-letter handling and the deadline, after validation and idempotency, and before the handler. What it
 * throws counts as the handler's failure. Return what `next` returns, or an outcome of your own without calling `next`.
 *
 * It runs once for each message, also where a handler takes batches: there, `next` returns when the batch's handler has ended.
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
