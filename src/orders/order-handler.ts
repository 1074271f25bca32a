import { defineHandler } from 'throughline';
import type { Order } from './order.js';

/** Makes a controller's method the handler of orders. */
export const OrderHandler = defineHandler<Order>();
