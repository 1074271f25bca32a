import { Body, Controller, HttpCode, HttpStatus, Inject, Post, UseFilters } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Publisher, TRACER } from 'throughline';
import type { Tracer } from 'throughline/tracing';
import { BrokerAwayFilter } from './broker-away.filter.js';
import { CheckedBody } from './checked-body.js';
import { newOrders } from './order.channels.js';
import { NewOrder } from './order.js';

/** The response to a new order. */
export interface Accepted {
  readonly order_id: string;
  /** The trace id of the order. Absent if nothing is traced. */
  readonly trace_id?: string;
}

@Controller('orders')
@UseFilters(BrokerAwayFilter)
export class OrdersController {
  constructor(
    private readonly publisher: Publisher,
    @Inject(TRACER) private readonly tracer: Tracer,
  ) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  async place(@Body(new CheckedBody(NewOrder)) order: NewOrder): Promise<Accepted> {
    const order_id = order.order_id ?? `ORD-${randomUUID()}`;
    const trace_id = this.tracer.current()?.traceId;
    await this.publisher.publish(newOrders, { ...order, order_id });
    return trace_id === undefined ? { order_id } : { order_id, trace_id };
  }
}
