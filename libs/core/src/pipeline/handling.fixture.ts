import { anArrival, type ArrivalWish } from './inbound-message.fixture.js';
import { RunState } from './run/run-state.js';
import type { Handling } from './handling.js';

/** A message on its way, as a test wishes it. */
export function aHandling(wish: ArrivalWish & { readonly attempt?: number } = {}): Handling {
  const arrival = anArrival(wish);
  return {
    arrival,
    attempt: wish.attempt ?? 1,
    run: new RunState(arrival.signal),
    trace: undefined,
    payload: undefined,
    stage: 'preparing',
  };
}
