import type { AnyChannel } from 'throughline/transport';
import type { ContextPropagation, Receipt } from 'throughline/transport';

/** How many messages were published to a channel since the start of the process. */
export interface PublishCounts {
  /** The term that the broker uses for the channel, such as `queue` or `topic`. */
  readonly kind: string;
  /** The logical name of the channel. */
  readonly channel: string;
  /** The number of messages that the broker accepted. */
  readonly published: number;
  /** The number of messages that the broker refused or did not confirm in time. */
  readonly failed: number;
  /**
   * How many messages carried the complete trace context, a part of it, or none. Brokers limit headers, and your headers have
   * priority. If there is not enough space, Throughline omits `tracestate`, writes a shorter form, or omits the context.
   */
  readonly contexts: Readonly<Record<ContextPropagation, number>>;
}

/** Counts the messages published to one channel. */
export class ChannelCounts {
  readonly #channel: AnyChannel;
  readonly #contexts = { whole: 0, traceparent: 0, xray: 0, none: 0 };
  #failed = 0;

  constructor(channel: AnyChannel) {
    this.#channel = channel;
  }

  sent({ context }: Receipt): void {
    this.#contexts[context] += 1;
  }

  failed(): void {
    this.#failed += 1;
  }

  get counts(): PublishCounts {
    const { kind, name } = this.#channel;
    const contexts = { ...this.#contexts };
    const published = Object.values(contexts).reduce((sum, count) => sum + count, 0);
    return { kind, channel: name, published, failed: this.#failed, contexts };
  }
}
