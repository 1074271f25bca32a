import { Controller, Get, NotFoundException, Param } from '@nestjs/common';
import { OrderHandler } from './order-handler.js';
import { orderEvents } from './order.channels.js';
import type { Order } from './order.js';
import { RecentOrders } from './recent-orders.js';

/** Stores processed orders and serves them over HTTP. */
@Controller('orders')
export class OrderAudit {
  constructor(private readonly recent: RecentOrders) {}

  @OrderHandler(orderEvents, { group: 'order-audit' })
  record(order: Order): void {
    this.recent.add(order);
  }

  @Get(':id')
  find(@Param('id') id: string): Order {
    const order = this.recent.find(id);
    if (order === undefined) throw new NotFoundException(`No order "${id}" has been processed.`);
    return order;
  }
}
