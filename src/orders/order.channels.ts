import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import { Order } from './order.js';

/** The queue with new orders from the shop. */
export const newOrders = queue('my-order-queue', { schema: Order });

/** The topic with events about orders. All events of one order are handled in order. */
export const orderEvents = topic('order_events', {
  schema: Order,
  key: (order) => order.order_id,
});
