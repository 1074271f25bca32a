import { Controller } from '@nestjs/common';
import { Publisher } from 'throughline';
import { OrderHandler } from './order-handler.js';
import { newOrders, orderEvents } from './order.channels.js';
import type { Order } from './order.js';

/** Processes new orders and publishes the results. An order stays in its queue until its result has been published. */
@Controller()
export class OrderProcessor {
  constructor(private readonly publisher: Publisher) {}

  @OrderHandler(newOrders)
  async process(order: Order): Promise<void> {
    await this.publisher.publish(orderEvents, { ...order, status: 'processed' });
  }
}
