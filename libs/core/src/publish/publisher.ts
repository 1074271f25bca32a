import type { AnyChannel, InputOf, PublishOptionsOf } from 'throughline/transport';
import type { Duration } from '#base';
import type { Headers } from '#base';
import type { Receipt } from 'throughline/transport';

/** The options that every publish has. */
export interface CommonPublishOptions {
  /** Headers of your own; the trace context is written beside them, and never over them. */
  readonly headers?: Headers;
  /** What keeps this message in order with others, instead of what the channel's `key` says. A tombstone has no other. */
  readonly key?: string;
  /**
   * How long to wait for the broker. Then the publish rejects with `TL_…_UNAVAILABLE`; the message may have been sent all the same.
   * Default: `10s`.
   */
  readonly publishTimeout?: Duration;
}

/** What one may add to a message besides its payload: the options of every publish, and those of the channel's transport. */
export type PublishOptions<C = AnyChannel> = CommonPublishOptions & PublishOptionsOf<C>;

/**
 * Sends messages. Inject it; it is the same for both brokers.
 *
 * `publish` resolves once the broker has the message. It rejects with a {@link ThroughlineError}: `TL_MESSAGE_INVALID` where
 * the payload does not fit the channel's schema, `TL_…_UNAVAILABLE` where the broker has not answered within 10 s; what became
 * of the message is then unknown, and sending it again may double it.
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
   * Sends many messages, each with a trace context of its own, in as few requests as there can be. All are validated before any
   * is sent; those of one key keep their order. Resolves with their receipts, in order, once the broker has them all.
   *
   * @param options for each message
   * @throws PublishAllError `TL_PUBLISH_INCOMPLETE`, `TL_PUBLISH_UNAVAILABLE`, `TL_PUBLISH_BLOCKED`: some were not accepted; it says which.
   * @throws ThroughlineError as {@link Publisher.publish}, where nothing was sent.
   * @example
   * await publisher.publishAll(orderEvents, orders, { headers: { source: 'import' } });
   */
  abstract publishAll<C extends AnyChannel>(
    channel: C,
    payloads: readonly InputOf<C>[],
    options?: PublishOptions<C>,
  ): Promise<readonly Receipt[]>;
}
