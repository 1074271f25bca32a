import { z } from 'zod';

/** An order in a message. The shop sends no status, so the default is `new`. */
export const Order = z.object({
  order_id: z.string().min(1),
  item: z.string().min(1),
  quantity: z.number().int().positive(),
  status: z.enum(['new', 'processed']).default('new'),
});
export type Order = z.output<typeof Order>;

/** The order that a customer sends. The service creates the id if the customer does not send one. */
export const NewOrder = Order.pick({ item: true, quantity: true }).extend({
  order_id: Order.shape.order_id.optional(),
});
export type NewOrder = z.output<typeof NewOrder>;
