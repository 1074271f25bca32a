import { defineHandler } from 'throughline';
import { exponential } from 'throughline';
import type { Order } from './order.js';

/** The decorator that makes a controller's method a handler for orders. */
export const OrderHandler = defineHandler<Order>({
  retry: { attempts: 5, backoff: exponential('1s', '5m') },
  deadLetter: true,
});
