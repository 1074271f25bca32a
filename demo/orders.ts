import type { Service } from './service.js';

/** A placed order and its trace. */
export interface Placed {
  readonly orderId: string;
  readonly traceId: string;
}

const ITEMS = ['Widget', 'Gadget', 'Sprocket', 'Gizmo', 'Doohickey'];

/** Places the given number of orders one after another, as a customer would. */
export async function placeOrders(
  { url }: Service,
  count: number,
  signal: AbortSignal,
): Promise<readonly Placed[]> {
  const placed: Placed[] = [];
  for (let number = 1; number <= count; number += 1) {
    placed.push(await place(url, number, signal));
  }
  return placed;
}

async function place(url: string, number: number, signal: AbortSignal): Promise<Placed> {
  const response = await fetch(`${url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      order_id: `ORD-${number}`,
      item: ITEMS[number % ITEMS.length],
      quantity: number,
    }),
    signal,
  });
  if (response.status !== 202) {
    throw new Error(
      `The order service rejected order ${number}: ${response.status} ${await response.text()}`,
    );
  }
  const { order_id, trace_id } = (await response.json()) as { order_id: string; trace_id: string };
  return { orderId: order_id, traceId: trace_id };
}
