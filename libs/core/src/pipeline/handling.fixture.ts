import { anInbound, type InboundWish } from './inbound-message.fixture.js';
import { RunState } from './run/run-state.js';
import type { Handling } from './handling.js';

/** A message on its way, as a test wishes it. */
export function aHandling(wish: InboundWish & { readonly attempt?: number } = {}): Handling {
  const inbound = anInbound(wish);
  return {
    inbound,
    attempt: wish.attempt ?? 1,
    run: new RunState(inbound.signal),
    trace: undefined,
    payload: undefined,
    stage: 'preparing',
  };
}
