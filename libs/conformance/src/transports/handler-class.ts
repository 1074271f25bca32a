import { Controller, type Type } from '@nestjs/common';
import {
  MessageHandler,
  type Batch,
  type BatchSize,
  type CommonOptions,
  type Delivery,
  type Idempotency,
} from 'throughline';
import { type AnyChannel } from 'throughline/transport';
import { queue, type Queue } from 'throughline/sqs';
import { topic, type Topic } from 'throughline/kafka';
import { type Duration } from '#base';
import { Item } from './item.js';

/** How a test case configures its handler. */
export interface HandlerSettings extends CommonOptions {
  readonly idempotent?: Idempotency<Item>;
  /** For a queue. A topic ignores it. */
  readonly visibility?: Duration | undefined;
  /** For a topic. A queue ignores it. */
  readonly order?: 'key' | 'partition' | 'none' | undefined;
}

/** Handles one item. */
export type Handle = (item: Item, delivery: Delivery<Item>) => unknown;

/** Handles a batch. */
export type HandleBatch = (batch: Batch<Item>) => unknown;

/** The suite's channel, whatever its kind. */
export type ItemChannel = Queue<Item> | Topic<Item>;

/** The channel as the suite's applications declare it. */
export function itemChannel(kind: 'queue' | 'topic', name: string): ItemChannel {
  const contract = { schema: Item, key: ({ key }: Item) => key };
  return kind === 'queue' ? queue(name, contract) : topic(name, contract);
}

/** The same channel without a key function. */
export const keylessChannel = (kind: 'queue' | 'topic', name: string): AnyChannel =>
  kind === 'queue' ? queue(name, { schema: Item }) : topic(name, { schema: Item });

/** A controller with a handler of the channel, as a user writes one. */
export function controllerOf(
  channel: ItemChannel,
  { visibility, order, ...common }: HandlerSettings,
  handle: Handle,
): Type {
  const Handler =
    channel.kind === 'queue'
      ? MessageHandler(channel, { ...common, ...(visibility && { visibility }) })
      : MessageHandler(channel, { ...common, ...(order && { order }) });
  @Controller()
  class Items {
    @Handler
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
  return channel.kind === 'queue'
    ? MessageHandler(channel, { ...options, when })
    : MessageHandler(channel, { ...options, when });
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

/** A controller with a handler for a topic that has tombstones. */
export function tombstoneControllerOf(
  channel: Topic<Item | null>,
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
  { visibility, order, ...common }: HandlerSettings,
  batch: BatchSize,
  handle: HandleBatch,
): Type {
  const Handler =
    channel.kind === 'queue'
      ? MessageHandler(channel, { ...common, batch, ...(visibility && { visibility }) })
      : MessageHandler(channel, { ...common, batch, ...(order && { order }) });
  @Controller()
  class Items {
    @Handler
    handle(items: Batch<Item>): unknown {
      return handle(items);
    }
  }
  return Items;
}
