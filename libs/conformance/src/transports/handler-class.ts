import { Controller, type Type } from '@nestjs/common';
import {
  MessageHandler,
  type Batch,
  type BatchSize,
  type CommonOptions,
  type Delivery,
  type Idempotency,
} from 'throughline';
import type { Channel } from 'throughline/transport';
import type { Item } from './item.js';

/** How a test case configures its handler. */
export interface HandlerSettings extends CommonOptions {
  readonly idempotent?: Idempotency<Item>;
}

/** Handles one item. */
export type Handle = (item: Item, delivery: Delivery<Item>) => unknown;

/** Handles a batch. */
export type HandleBatch = (batch: Batch<Item>) => unknown;

/** The suite's channel, whatever its transport. */
export type ItemChannel = Channel<Item>;

/** A controller with a handler of the channel, as a user writes one. */
export function controllerOf(
  channel: ItemChannel,
  settings: HandlerSettings,
  handle: Handle,
): Type {
  @Controller()
  class Items {
    @MessageHandler(channel, settings)
    handle(item: Item, delivery: Delivery<Item>): unknown {
      return handle(item, delivery);
    }
  }
  return Items;
}

/** One of several handlers that share the channel. */
export interface ItemRoute extends CommonOptions {
  /** The handler takes the items whose id has this prefix. */
  readonly idPrefix: string;
  readonly unmatched?: 'ack' | 'deadLetter';
}

function routeDecorator(
  channel: ItemChannel,
  { idPrefix, ...options }: ItemRoute,
): ReturnType<typeof MessageHandler<ItemChannel>> {
  const when = ({ id }: Item): boolean => id.startsWith(idPrefix);
  return MessageHandler(channel, { ...options, when });
}

/** A controller whose two handlers share the channel. */
export function routedControllerOf(
  channel: ItemChannel,
  routes: readonly [ItemRoute, ItemRoute],
  handle: (route: string, item: Item, delivery: Delivery<Item>) => unknown,
): Type {
  const [first, second] = routes;
  const First = routeDecorator(channel, first);
  const Second = routeDecorator(channel, second);
  @Controller()
  class Routed {
    @First
    first(item: Item, delivery: Delivery<Item>): unknown {
      return handle('first', item, delivery);
    }
    @Second
    second(item: Item, delivery: Delivery<Item>): unknown {
      return handle('second', item, delivery);
    }
  }
  return Routed;
}

/** A controller with a handler for a channel that has tombstones. */
export function tombstoneControllerOf(
  channel: Channel<Item | null>,
  handle: (item: Item | null, key: string | null) => unknown,
): Type {
  @Controller()
  class Tombstones {
    @MessageHandler(channel)
    handle(item: Item | null, { message }: Delivery<Item | null>): unknown {
      return handle(item, message.key);
    }
  }
  return Tombstones;
}

/** A controller with a batch handler of the channel. */
export function batchControllerOf(
  channel: ItemChannel,
  settings: HandlerSettings,
  batch: BatchSize,
  handle: HandleBatch,
): Type {
  @Controller()
  class Items {
    @MessageHandler(channel, { ...settings, batch })
    handle(items: Batch<Item>): unknown {
      return handle(items);
    }
  }
  return Items;
}
