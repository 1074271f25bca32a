import { Controller } from '@nestjs/common';
import { Publisher } from 'throughline';
import { OrderHandler } from './order-handler.js';
import { newOrders, orderEvents } from './order.channels.js';
import type { Order } from './order.js';

/** Takes new orders, and tells the world once they are processed; only then is the order deleted from its queue. */
@Controller()
export class OrderProcessor {
  constructor(private readonly publisher: Publisher) {}

  @OrderHandler(newOrders)
  async process(order: Order): Promise<void> {
    await this.publisher.publish(orderEvents, { ...order, status: 'processed' });
  }
}
