import type { StandardSchemaV1 } from '@standard-schema/spec';
import { optionInvalid, readDuration, unknownOptions, type Duration } from '#base';
import {
  channelOf,
  channelText,
  type AnyChannel,
  type Channel,
  type ChannelOptions,
  type ChannelSystem,
  type HandlerSpec,
} from 'throughline/transport';

/** What all queues share. */
export const SQS_SYSTEM: ChannelSystem = Object.freeze({
  name: 'sqs',
  setup: 'sqs() from throughline/sqs',
  sharing: 'give each handler a queue of its own behind an SNS topic',
  handlerOptions: ['visibility'],
  sharedOptions: ['visibility'],
});

/** The options of a handler on a queue, besides those that every handler has. */
export interface QueueHandlerOptions {
  /**
   * How long a message stays hidden from others after a receive. Throughline extends it while the handler runs, so this is the time
   * until a message of a crashed process is received again. Default: the queue's own setting.
   */
  readonly visibility?: Duration;
}

/** How long a handler's messages stay hidden, in milliseconds; `undefined`: the queue's own setting. */
export function visibilityOf({ options }: Pick<HandlerSpec, 'options'>): number | undefined {
  const visibility: unknown = 'visibility' in options ? options.visibility : undefined;
  return visibility === undefined ? undefined : readDuration(visibility);
}

/** The options of a publish to a queue, besides those that every publish has. */
export interface QueuePublishOptions {
  /** How long until anyone may receive it, 15 min at most. Not for FIFO queues. */
  readonly delay?: Duration;
  /**
   * FIFO queues: within 5 min, SQS takes a second message with the same id for the first. Default: an id of its own. Not for
   * `publishAll`.
   */
  readonly deduplicationId?: string;
}

/** What the transport makes of {@link QueuePublishOptions}. */
export interface QueueTerms {
  /** In milliseconds. */
  readonly delay: number | undefined;
  readonly deduplicationId: string | undefined;
}

/** Checks and reads {@link QueuePublishOptions}: see `Connection.publishTerms`. */
export function queueTerms(
  channel: AnyChannel,
  options: Readonly<Record<string, unknown>>,
): QueueTerms {
  const where = `a publish to ${channelText(channel)}`;
  const [unknown] = unknownOptions(where, options, ['delay', 'deduplicationId']);
  if (unknown !== undefined) throw unknown;
  const { delay, deduplicationId } = options;
  if (deduplicationId !== undefined && typeof deduplicationId !== 'string') {
    throw optionInvalid(where, 'deduplicationId', 'a text', deduplicationId);
  }
  return { deduplicationId, delay: delay === undefined ? undefined : readDuration(delay) };
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
 * An SQS queue as a channel. Its `key` is the message group of a FIFO queue, and ignored on others. Importing it loads no client.
 *
 * @example
 * export const newOrders = queue('my-order-queue', { schema: Order });
 */
export function queue<S extends StandardSchemaV1>(
  name: string,
  options: ChannelOptions<S>,
): Queue<StandardSchemaV1.InferOutput<S>, StandardSchemaV1.InferInput<S>> {
  const schema: StandardSchemaV1<
    StandardSchemaV1.InferInput<S>,
    StandardSchemaV1.InferOutput<S>
  > = options.schema;
  return channelOf({ system: SQS_SYSTEM, kind: 'queue' }, name, { ...options, schema });
}
