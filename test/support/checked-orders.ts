import { defineHandler } from 'throughline';
import { z } from 'zod';

export const Order = z.object({ order_id: z.string().min(1), quantity: z.number() });
export type Order = z.output<typeof Order>;

export const OrderHandler = defineHandler<Order>();
