import { Delivery, setPayload } from '../delivery.js';
import { anInbound, type InboundWish } from './inbound-message.fixture.js';

/** Creates the delivery of a message with the values that a test chooses. */
export function aDelivery(
  wish: InboundWish & { readonly attempt?: number; readonly payload?: unknown } = {},
): Delivery {
  const delivery = new Delivery(anInbound(wish), wish.attempt ?? 1);
  setPayload(delivery, wish.payload);
  return delivery;
}
