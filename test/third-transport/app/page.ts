import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  CHANNEL_RULES,
  channelOf,
  checkChannel,
  readDuration,
  rule,
  type Channel,
  type ChannelOptions,
  type ChannelSystem,
  type Duration,
  type HandlerSpec,
  type RulesFor,
} from 'throughline/transport';
import type { SystemFacts } from 'throughline/tracing';

/** How spans show the ledger. */
export const LEDGER_FACTS: SystemFacts = {
  label: 'Paper Ledger',
  convention: 'paper_ledger',
  attributes: { position: 'paper.ledger.position', reader: 'messaging.consumer.group.name' },
};

/** The options of a handler on a page, besides those that every handler has. */
export interface PageHandlerOptions {
  /** Each reader gets every entry. Default: the application's `name`. */
  readonly reader?: string;
  /** How long an entry stays with a process that has crashed. Default: `30s`. */
  readonly lease?: Duration;
}

const HANDLER_RULES: RulesFor<PageHandlerOptions> = { reader: rule.text, lease: rule.duration };

/** What all pages share. */
export const LEDGER_SYSTEM: ChannelSystem = Object.freeze({
  name: 'ledger',
  setup: 'ledger() of the ledger package',
  sharing: 'Give each handler its own reader with { reader }.',
  handlerOptions: HANDLER_RULES,
  sharedOptions: ['lease'],
});

/** The options of a publish to a page, besides those that every publish has. */
export interface PagePublishOptions {
  /** How long until readers see the entry. */
  readonly delay?: Duration;
}

export const PUBLISH_RULES: RulesFor<PagePublishOptions> = { delay: rule.duration };

/** What the transport makes of {@link PagePublishOptions}. */
export interface PageTerms {
  /** In milliseconds. */
  readonly delay: number | undefined;
}

/** A page of the ledger. */
export interface Page<TOut = unknown, TIn = TOut> extends Channel<
  TOut,
  TIn,
  PageHandlerOptions,
  PagePublishOptions
> {
  readonly kind: 'page';
}

/**
 * A page of the ledger as a channel. Entries of one `key` keep their order.
 *
 * @example
 * export const orders = page('orders', { schema: Order, key: (order) => order.order_id });
 */
export function page<S extends StandardSchemaV1>(
  name: string,
  options: ChannelOptions<S>,
): Page<StandardSchemaV1.InferOutput<S>, StandardSchemaV1.InferInput<S>> {
  checkChannel('page', name, options, CHANNEL_RULES);
  const schema: StandardSchemaV1<
    StandardSchemaV1.InferInput<S>,
    StandardSchemaV1.InferOutput<S>
  > = options.schema;
  return channelOf({ system: LEDGER_SYSTEM, kind: 'page' }, name, { ...options, schema });
}

/** The reader that a handler names; `undefined`: the application's. */
export function readerOf({ options }: HandlerSpec): string | undefined {
  const reader: unknown = Reflect.get(options, 'reader');
  return typeof reader === 'string' ? reader : undefined;
}

/** In milliseconds. */
export function leaseOf({ options }: HandlerSpec): number {
  const lease: unknown = Reflect.get(options, 'lease');
  return readDuration(lease ?? '30s');
}
