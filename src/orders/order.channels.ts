import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import { Order } from './order.js';

/** Orders on their way from the shop. */
export const newOrders = queue('my-order-queue', { schema: Order });

/** What has become of orders; all that happens to one of them stays in order. */
export const orderEvents = topic('order_events', {
  schema: Order,
  key: (order) => order.order_id,
});
