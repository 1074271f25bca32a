import { z } from 'zod';

/** An order as it travels. The shop that began all this sends no status, so a new one is what it is by default. */
export const Order = z.object({
  order_id: z.string().min(1),
  item: z.string().min(1),
  quantity: z.number().int().positive(),
  status: z.enum(['new', 'processed']).default('new'),
});
export type Order = z.output<typeof Order>;

/** What a customer sends; the id is ours to give, unless they have one. */
export const NewOrder = Order.pick({ item: true, quantity: true }).extend({
  order_id: Order.shape.order_id.optional(),
});
export type NewOrder = z.output<typeof NewOrder>;
