/** A service on the ledger as a user writes it: the compiler checks the transport's own options. */
import 'reflect-metadata';
import { Controller, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  connectTransports,
  defineHandler,
  exponential,
  Publisher,
  Reject,
  ThroughlineControl,
  ThroughlineModule,
  type Delivery,
  type Duration,
  type Receipt,
} from 'throughline';
import { Ledger, ledger, page } from './index.js';

export interface Order {
  readonly order_id: string;
  readonly quantity: number;
}

const isOrder = (value: unknown): value is Order =>
  typeof value === 'object' && value !== null && 'order_id' in value && 'quantity' in value;

const schema: StandardSchemaV1<Order> = {
  '~standard': {
    version: 1,
    vendor: 'ledger',
    validate: (value) => (isOrder(value) ? { value } : { issues: [{ message: 'no order' }] }),
  },
};

export const orders = page('orders', { schema, key: ({ order_id }) => order_id });

/** A domain's own decorator. */
export const OrderHandler = defineHandler<Order>({
  retry: { attempts: 2, backoff: exponential('10ms', '20ms') },
  deadLetter: true,
});

/** What the handlers have seen. */
export const seen: string[] = [];

@Controller()
export class Orders {
  isFixed = false;

  @OrderHandler(orders, { lease: '2s' })
  process({ order_id, quantity }: Order, { attempt }: Delivery<Order>): void {
    seen.push(`processed ${order_id}, attempt ${attempt}`);
    if (quantity === 0 && !this.isFixed) throw new Reject('nothing was ordered');
  }

  @OrderHandler(orders, { reader: 'audit', name: 'audit-order' })
  record({ order_id }: Order): void {
    seen.push(`recorded ${order_id}`);
  }
}

/** Never called: the compiler refuses what a page does not have. */
export const refused = (publisher: Publisher): void => {
  // @ts-expect-error a page has readers, not groups
  OrderHandler(orders, { group: 'audit' });
  // @ts-expect-error a page has no partitions
  void publisher.publish(orders, { order_id: 'a', quantity: 1 }, { partition: 0 });
};

@Module({})
class Root {}

/** The running service, as a test uses it. */
export interface RunningOrders {
  readonly app: INestApplication;
  readonly control: ThroughlineControl;
  readonly orders: Orders;
  readonly publish: (order: Order, delay?: Duration) => Promise<Receipt>;
  readonly publishWith: (options: object) => Promise<Receipt>;
}

/** Starts the service on a ledger of its own. */
export async function startOrders(): Promise<RunningOrders> {
  const client = new Ledger();
  for (const name of ['orders', 'orders.shop.dead', 'orders.audit.dead']) client.open(name);
  const app = await NestFactory.create(
    {
      module: Root,
      imports: [ThroughlineModule.forRoot({ name: 'shop', transports: [ledger({ client })] })],
      controllers: [Orders],
    },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own way to give options
    { logger: false, abortOnError: false },
  );
  await connectTransports(app, { signals: [] });
  const publisher = app.get(Publisher);
  return {
    app,
    control: app.get(ThroughlineControl),
    orders: app.get(Orders),
    publish: (order, delay = '0ms') =>
      publisher.publish(orders, order, { delay, headers: { from: 'story' } }),
    publishWith: (options) => publisher.publish(orders, { order_id: 'a', quantity: 1 }, options),
  };
}
