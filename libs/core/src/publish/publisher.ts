import type { AnyChannel, InputOf, KeyOf, PublishOptionsOf } from 'throughline/transport';
import type { Duration } from '#base';
import type { Headers } from '#base';
import type { Receipt } from 'throughline/transport';

/** Publish options that every kind of channel has. */
export interface CommonPublishOptions<K = unknown> {
  /** Your headers for the message. Throughline adds headers for the trace context, and never overwrites one of yours. */
  readonly headers?: Headers;
  /** The ordering key of the message. It replaces the key that the channel's `key` returns. Required for a tombstone. */
  readonly key?: K;
  /**
   * How long `publish` waits for the broker. When this time expires, `publish` rejects with `TL_…_UNAVAILABLE`, although the
   * broker may have received the message. Default: `10s`.
   */
  readonly publishTimeout?: Duration;
}

/** The options of a publish: the common ones, and those of the channel's transport. */
export type PublishOptions<C = AnyChannel> = CommonPublishOptions<KeyOf<C>> & PublishOptionsOf<C>;

/**
 * Publishes messages to a channel, whichever broker serves it. Inject this class.
 *
 * `publish` resolves when the broker has accepted the message. It rejects with a {@link ThroughlineError}: `TL_MESSAGE_INVALID` if
 * the payload does not match the channel's schema, or `TL_…_UNAVAILABLE` if the broker has not responded within 10 s. In the latter
 * case, the broker may have received the message, and publishing it again may create a duplicate.
 *
 * @example
 * constructor(private readonly publisher: Publisher) {}
 * …
 * await this.publisher.publish(orderEvents, { ...order, status: 'processed' });
 */
export abstract class Publisher {
  abstract publish<C extends AnyChannel>(
    channel: C,
    payload: InputOf<C>,
    options?: PublishOptions<C>,
  ): Promise<Receipt>;

  /**
   * Publishes many messages in as few requests as possible. All messages are validated before any of them is sent. Each message
   * has its own trace context. Messages with the same key keep their order. When the broker has accepted all messages, resolves
   * with their receipts, in the order of the messages.
   *
   * @param options options that apply to each message
   * @throws PublishAllError `TL_PUBLISH_INCOMPLETE`, `TL_PUBLISH_UNAVAILABLE`, `TL_PUBLISH_BLOCKED`: some messages were not
   * accepted. `results` shows which.
   * @throws ThroughlineError as {@link Publisher.publish}, if nothing was sent.
   * @example
   * await publisher.publishAll(orderEvents, orders, { headers: { source: 'import' } });
   */
  abstract publishAll<C extends AnyChannel>(
    channel: C,
    payloads: readonly InputOf<C>[],
    options?: PublishOptions<C>,
  ): Promise<readonly Receipt[]>;
}
