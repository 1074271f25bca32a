/* eslint-disable @typescript-eslint/no-unsafe-return -- what must not compile has no type */
import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  defineHandler,
  MessageHandler,
  type Batch,
  type Delivery,
  type Publisher,
  exponential,
  override,
} from 'throughline';
import { queue, sqs } from 'throughline/sqs';
import { kafka, topic } from 'throughline/kafka';

/*
 * The compiler is the test here: `npm test` checks this file with tsc, and a line under "@ts-expect-error" that compiles is an
 * error. Jest only checks that the declarations behave at run time as declared.
 */

interface Order {
  readonly order_id: string;
  readonly quantity: number;
  readonly status: 'new' | 'processed';
}
interface Other {
  readonly sku: string;
}

function schema<I, O = I>(): StandardSchemaV1<I, O> {
  const validate = (value: unknown): { value: O } => ({ value: value as O });
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

const newOrders = queue('my-order-queue', { schema: schema<Order>() });
const orderEvents = topic('order_events', {
  schema: schema<Order>(),
  key: (order) => order.order_id,
});
const others = topic('others', { schema: schema<Other>() });
const dated = topic('dated', {
  schema: schema<{ at: string }, { at: Date }>(),
  key: (value) => value.at.toISOString(),
});
const compacted = topic('compacted', {
  schema: schema<Order>(),
  key: (order) => order.order_id,
  tombstones: true,
});
type Processed = Order & { readonly status: 'processed' };
const isProcessed = (order: Order): order is Processed => order.status === 'processed';
const isLarge = (order: Order): boolean => order.quantity > 100;
// @ts-expect-error the key function sees the schema's type
topic('x', { schema: schema<Order>(), key: (order) => order.nope });

const OrderHandler = defineHandler<Order>({
  concurrency: 5,
  retry: { attempts: 5, backoff: exponential('1s', '5m') },
  deadLetter: true,
});

const sketches = (): void => {
  // @ts-expect-error batch among defaults would be invisible to the parameter check
  defineHandler<Order>({ batch: { size: 10, within: '50ms' } });
  // @ts-expect-error a length of time has a unit
  exponential('10', '5m');
  // @ts-expect-error where the SDK is installed, its own types hold
  sqs({ client: { region: 5 } });
  // @ts-expect-error where kafkajs is installed, its own types hold
  kafka({ brokers: ['localhost:9092'], sasl: { mechanism: 'none' } });
  // @ts-expect-error a number's unit would be a guess
  MessageHandler(newOrders, { visibility: 30 });
};

@Controller()
class Good {
  constructor(private readonly publisher: Publisher) {}

  @OrderHandler(newOrders)
  async process(order: Order): Promise<void> {
    await this.publisher.publish(orderEvents, { ...order, status: 'processed' });
  }
  @OrderHandler(newOrders)
  withDelivery(order: Order, delivery: Delivery<Order>): unknown {
    return [order, delivery.signal, delivery.message.payload.order_id];
  }
  @OrderHandler(newOrders)
  wider(order: { order_id: string }): unknown {
    return order;
  }
  @OrderHandler(newOrders)
  nests(@Payload() order: Order, @Ctx() delivery: Delivery): unknown {
    return [order, delivery];
  }
  @OrderHandler(orderEvents, { group: 'order-audit', order: 'partition' })
  grouped(order: Order): unknown {
    return order;
  }
  @OrderHandler(orderEvents, { batch: { size: 100, within: '50ms' } })
  async batched(orders: Batch<Order>): Promise<void> {
    await orders.each((order, delivery) => [order.order_id, delivery.signal]);
  }
  @OrderHandler(newOrders, { visibility: '30s', concurrency: 2 })
  tuned(): void {
    return;
  }
  @MessageHandler(dated)
  transformed(value: { at: Date }): number {
    return value.at.getTime();
  }
  @MessageHandler(compacted)
  tombstone(order: Order | null, delivery: Delivery<Order | null>): unknown {
    return [order?.order_id, delivery.message.key];
  }
  @OrderHandler(newOrders, { when: isProcessed, unmatched: 'deadLetter' })
  narrowed(order: Processed, delivery: Delivery<Processed>): readonly 'processed'[] {
    return [order.status, delivery.message.payload.status];
  }
  @OrderHandler(newOrders, { when: isLarge })
  chosen(order: Order): number {
    return order.quantity;
  }
  @OrderHandler(newOrders, { idempotent: { key: (order) => order.order_id, ttl: '24h' } })
  once(order: Order): unknown {
    return order;
  }
}

/** Never called: only the compiler reads it. */
export const overrides = (): unknown => [
  override(Good, 'process', { concurrency: 50, enabled: false }),
  override(Good, 'process', { visibility: '2m' }, newOrders),
  override(Good, 'grouped', { group: 'audit-2', concurrency: 5 }, orderEvents),
  // @ts-expect-error a method that the controller does not have
  override(Good, 'proces', {}),
  // @ts-expect-error an option that no handler has
  override(Good, 'process', { concurency: 50 }),
  // @ts-expect-error a handler's name belongs to the code
  override(Good, 'process', { name: 'process-order' }),
  // @ts-expect-error what the method takes belongs to the code
  override(Good, 'batched', { batch: { size: 10, within: '50ms' } }),
  // @ts-expect-error an option of a transport, without the channel
  override(Good, 'process', { visibility: '2m' }),
  // @ts-expect-error a topic has no visibility
  override(Good, 'grouped', { visibility: '2m' }, orderEvents),
  // @ts-expect-error a number's unit would be a guess
  override(Good, 'process', { timeout: 30 }),
];

/** Never called: only the compiler reads it. */
export const misuse = (): unknown => {
  class Bad {
    // @ts-expect-error the first parameter does not fit
    @OrderHandler(newOrders)
    first(order: Other): unknown {
      return order;
    }
    // @ts-expect-error narrower than the schema
    @OrderHandler(newOrders)
    narrower(order: Order & { extra: string }): unknown {
      return order;
    }
    // @ts-expect-error a batch handler takes a Batch
    @OrderHandler(orderEvents, { batch: { size: 10, within: '50ms' } })
    notABatch(order: Order): unknown {
      return order;
    }
    // @ts-expect-error a Batch without the batch option
    @OrderHandler(orderEvents)
    notBatched(orders: Batch<Order>): unknown {
      return orders;
    }
    // @ts-expect-error a Batch of the wrong thing
    @OrderHandler(orderEvents, { batch: { size: 10, within: '50ms' } })
    otherBatch(orders: Batch<Other>): unknown {
      return orders;
    }
    // @ts-expect-error a batch handler has no second parameter
    @OrderHandler(orderEvents, { batch: { size: 10, within: '50ms' } })
    batchAndDelivery(orders: Batch<Order>, delivery: Delivery): unknown {
      return [orders, delivery];
    }
    // @ts-expect-error what the guard lets through is no Other
    @OrderHandler(newOrders, { when: isProcessed })
    guarded(order: Other): unknown {
      return order;
    }
    // @ts-expect-error a guard that only chooses narrows nothing
    @OrderHandler(newOrders, { when: isLarge })
    notNarrowed(order: Processed): unknown {
      return order;
    }
    // @ts-expect-error a guard of another type
    @OrderHandler(newOrders, { when: (other: Other) => other.sku === '' })
    foreignGuard(order: Order): unknown {
      return order;
    }
    // @ts-expect-error a batch is not chosen message by message
    @OrderHandler(orderEvents, { when: isLarge, batch: { size: 10, within: '50ms' } })
    guardedBatch(orders: Batch<Order>): unknown {
      return orders;
    }
    // @ts-expect-error without a guard there is nothing that is unmatched
    @OrderHandler(newOrders, { unmatched: 'deadLetter' })
    unguarded(order: Order): unknown {
      return order;
    }
    // @ts-expect-error an idempotency key is a text
    @OrderHandler(newOrders, { idempotent: { key: (order) => order.quantity } })
    numbered(order: Order): unknown {
      return order;
    }
    // @ts-expect-error a tombstone is null
    @MessageHandler(compacted)
    withoutTombstones(order: Order): unknown {
      return order;
    }
    // @ts-expect-error another domain's channel
    @OrderHandler(others)
    foreign(order: Order): unknown {
      return order;
    }
    // @ts-expect-error the input side of a schema that transforms
    @MessageHandler(dated)
    input(value: { at: string }): unknown {
      return value;
    }
    // @ts-expect-error a queue has no consumer group
    @OrderHandler(newOrders, { group: 'g' })
    groupOfAQueue(order: Order): unknown {
      return order;
    }
    // @ts-expect-error a queue has no order of its own to choose
    @OrderHandler(newOrders, { order: 'key' })
    orderOfAQueue(order: Order): unknown {
      return order;
    }
    // @ts-expect-error a topic has no visibility
    @OrderHandler(orderEvents, { visibility: '30s' })
    visibilityOfATopic(order: Order): unknown {
      return order;
    }
    // @ts-expect-error the payload comes first
    @OrderHandler(newOrders)
    reversed(@Ctx() delivery: Delivery, @Payload() order: Order): unknown {
      return [delivery, order];
    }
    // @ts-expect-error @Payload('field') is for Nest's own @EventPattern only
    @OrderHandler(newOrders)
    field(@Payload('order_id') id: string): unknown {
      return id;
    }
    // @ts-expect-error an arrow property has no descriptor
    @OrderHandler(newOrders)
    arrow = (order: Order): unknown => order;
  }
  return Bad;
};

export async function publishing(publisher: Publisher): Promise<void> {
  await publisher.publish(newOrders, { order_id: '1', quantity: 1, status: 'new' });
  await publisher.publish(dated, { at: '2026-11-22' });
  await publisher.publish(compacted, null, { key: '1' });
  // @ts-expect-error a field of the wrong type
  await publisher.publish(newOrders, { order_id: '1', quantity: 'x', status: 'new' });
  // @ts-expect-error a missing field
  await publisher.publish(newOrders, { order_id: '1' });
  // @ts-expect-error a field too many in a literal
  await publisher.publish(newOrders, { order_id: '1', quantity: 1, status: 'new', nope: 1 });
  // @ts-expect-error not one of the union
  await publisher.publish(orderEvents, { order_id: '1', quantity: 1, status: 'processd' });
  // @ts-expect-error the output side
  await publisher.publish(dated, { at: new Date() });
  // @ts-expect-error a topic without tombstones
  await publisher.publish(orderEvents, null);
}

describe('The types', () => {
  it('refuse at run time, too, a duration without a unit', () => {
    expect(sketches).toThrow('first of exponential() must be a duration');
  });

  it('leave a class as it was declared', () => {
    expect(Object.getOwnPropertyNames(Good.prototype)).toContain('process');
  });
});
