import { Controller, type Type } from '@nestjs/common';
import {
  MessageHandler,
  queue,
  topic,
  type AnyChannel,
  type Batch,
  type BatchSize,
  type ChannelKind,
  type CommonOptions,
  type Delivery,
  type Duration,
  type Queue,
  type Topic,
} from 'throughline';
import { Item } from './item.js';

/** How a test wishes its handler. */
export interface HandlerWish extends CommonOptions {
  /** Of a queue; a topic has none. */
  readonly visibility?: Duration | undefined;
}

/** Handles one item. */
export type Handle = (item: Item, delivery: Delivery<Item>) => unknown;

/** Handles a batch. */
export type HandleBatch = (batch: Batch<Item>) => unknown;

type ItemChannel = Queue<Item> | Topic<Item>;

/** The channel as the suite's applications know it. */
export function itemChannel(kind: ChannelKind, name: string): ItemChannel {
  const contract = { schema: Item, key: ({ key }: Item) => key };
  return kind === 'queue' ? queue(name, contract) : topic(name, contract);
}

/** The same without a key. */
export const keylessChannel = (kind: ChannelKind, name: string): AnyChannel =>
  kind === 'queue' ? queue(name, { schema: Item }) : topic(name, { schema: Item });

/** A controller with a handler of the channel, as a user writes one. */
export function controllerOf(
  channel: ItemChannel,
  { visibility, ...common }: HandlerWish,
  handle: Handle,
): Type {
  const Handler =
    channel.kind === 'queue'
      ? MessageHandler(channel, { ...common, ...(visibility && { visibility }) })
      : MessageHandler(channel, common);
  @Controller()
  class Items {
    @Handler
    handle(item: Item, delivery: Delivery<Item>): unknown {
      return handle(item, delivery);
    }
  }
  return Items;
}

/** A controller with a batch handler of the channel. */
export function batchControllerOf(
  channel: ItemChannel,
  { visibility, ...common }: HandlerWish,
  batch: BatchSize,
  handle: HandleBatch,
): Type {
  const Handler =
    channel.kind === 'queue'
      ? MessageHandler(channel, { ...common, batch, ...(visibility && { visibility }) })
      : MessageHandler(channel, { ...common, batch });
  @Controller()
  class Items {
    @Handler
    handle(items: Batch<Item>): unknown {
      return handle(items);
    }
  }
  return Items;
}
