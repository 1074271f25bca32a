import { Injectable } from '@nestjs/common';
import type { Order } from './order.js';

const LIMIT = 10_000;

/** The most recently processed orders. */
@Injectable()
export class RecentOrders {
  readonly #orders = new Map<string, Order>();

  add(order: Order): void {
    this.#orders.delete(order.order_id);
    this.#orders.set(order.order_id, order);
    const [oldest] = this.#orders.keys();
    if (oldest !== undefined && this.#orders.size > LIMIT) this.#orders.delete(oldest);
  }

  find(id: string): Order | undefined {
    return this.#orders.get(id);
  }
}
