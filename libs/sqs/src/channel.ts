import type { StandardSchemaV1 } from '@standard-schema/spec';
import { optionErrors, readDuration, rule, type Duration, type RulesFor } from '#base';
import {
  CHANNEL_RULES,
  channelOf,
  channelText,
  checkChannel,
  type AnyChannel,
  type Channel,
  type ChannelOptions,
  type ChannelSystem,
  type HandlerSpec,
} from 'throughline/transport';

/** Handler options for queues, in addition to the options that all channels have in common. */
export interface QueueHandlerOptions {
  /**
   * The visibility timeout: how long a message stays hidden from other consumers after a receive. Throughline extends the timeout
   * while the handler runs. After a crash, SQS delivers the message again when this time has passed. Default: the queue's own
   * setting.
   */
  readonly visibility?: Duration;
}

const HANDLER_RULES: RulesFor<QueueHandlerOptions> = { visibility: rule.duration };

/** The properties that all queues have in common. */
export const SQS_SYSTEM: ChannelSystem = Object.freeze({
  name: 'sqs',
  setup: 'sqs() from throughline/sqs',
  sharing: 'Give each handler its own queue behind an SNS topic.',
  handlerOptions: HANDLER_RULES,
  sharedOptions: ['visibility'],
});

/**
 * Returns the `visibility` of a handler, in milliseconds. Returns `undefined` if the handler does not set it, or if its value is
 * invalid. The check of the options refuses invalid values.
 */
export function visibilityOf({ options }: Pick<HandlerSpec, 'options'>): number | undefined {
  const visibility: unknown = 'visibility' in options ? options.visibility : undefined;
  return rule.duration.accepts(visibility) ? readDuration(visibility) : undefined;
}

/** Publish options for queues, in addition to the options that all channels have in common. */
export interface QueuePublishOptions {
  /** How long the message stays hidden before it can be received, at most 15 min. Not available for FIFO queues. */
  readonly delay?: Duration;
  /**
   * The deduplication id of a message on a FIFO queue. Within 5 min, SQS drops a second message with the same id. Default: a unique
   * id. Not available for `publishAll`.
   */
  readonly deduplicationId?: string;
}

const PUBLISH_RULES: RulesFor<QueuePublishOptions> = {
  delay: rule.duration,
  deduplicationId: rule.text,
};

/** The checked {@link QueuePublishOptions}. */
export interface QueueTerms {
  /** In milliseconds. */
  readonly delay: number | undefined;
  readonly deduplicationId: string | undefined;
}

/** Checks and reads {@link QueuePublishOptions}. See `Connection.publishTerms`. */
export function queueTerms(
  channel: AnyChannel,
  options: Readonly<Record<string, unknown>>,
): QueueTerms {
  const [error] = optionErrors(`a publish to ${channelText(channel)}`, options, PUBLISH_RULES);
  if (error !== undefined) throw error;
  const { delay, deduplicationId } = options;
  return {
    deduplicationId: typeof deduplicationId === 'string' ? deduplicationId : undefined,
    delay: delay === undefined ? undefined : readDuration(delay),
  };
}

/** An SQS queue. */
export interface Queue<TOut = unknown, TIn = TOut> extends Channel<
  TOut,
  TIn,
  QueueHandlerOptions,
  QueuePublishOptions
> {
  readonly kind: 'queue';
}

/**
 * Creates a channel for an SQS queue. On a FIFO queue, the channel's `key` is the message group. Other queues ignore the key.
 * Importing this function does not load the SQS client.
 *
 * @example
 * export const newOrders = queue('my-order-queue', { schema: Order });
 */
export function queue<S extends StandardSchemaV1>(
  name: string,
  options: ChannelOptions<S>,
): Queue<StandardSchemaV1.InferOutput<S>, StandardSchemaV1.InferInput<S>> {
  checkChannel('queue', name, options, CHANNEL_RULES);
  const schema: StandardSchemaV1<
    StandardSchemaV1.InferInput<S>,
    StandardSchemaV1.InferOutput<S>
  > = options.schema;
  return channelOf({ system: SQS_SYSTEM, kind: 'queue' }, name, { ...options, schema });
}
