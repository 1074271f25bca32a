import { AsyncLocalStorage } from 'node:async_hooks';
import { isObservable, lastValueFrom } from 'rxjs';
import { Delivery } from '../delivery.js';
import { ACK } from '../outcome.js';
import type { Next } from './behaviour.js';
import type { Handling } from './handling.js';

/** What Nest calls: guards, pipes, interceptors, the method, filters. */
export type NestHandler = (payload: unknown, delivery: Delivery) => unknown;

/** The delivery that the code at hand is part of. */
export const deliveries = new AsyncLocalStorage<Delivery>();

const deliveryOf = ({ arrival, attempt, payload }: Handling): Delivery => {
  const { id, key, headers, raw } = arrival;
  return new Delivery(arrival, { payload, id, key, headers, raw }, attempt);
};

/**
 * Calls Nest's handler, and subscribes to what it answers: with interceptors, and with a handler that returns an observable,
 * the work happens only on subscription (rpc-proxy.js). Without a value, as after `EMPTY`, the handler is done as well.
 */
export function invoke(handler: NestHandler): Next {
  const call = async (handling: Handling, delivery: Delivery): Promise<void> => {
    const answer = await handler(handling.payload, delivery);
    if (isObservable(answer)) await lastValueFrom(answer, { defaultValue: undefined });
  };
  return async (handling) => {
    const delivery = deliveryOf(handling);
    await deliveries.run(delivery, call, handling, delivery);
    return ACK;
  };
}
