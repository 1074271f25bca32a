import type { AnyChannel } from 'throughline/transport';
import type { ContextPropagation, Receipt } from 'throughline/transport';

/** What was published to a channel, since the start of the process. */
export interface PublishCounts {
  /** What the broker calls such a channel. */
  readonly kind: string;
  /** The channel's logical name. */
  readonly channel: string;
  /** Messages that the broker has. */
  readonly published: number;
  /** Messages that were refused, or not answered in time. */
  readonly failed: number;
  /**
   * How the trace context of those published travels. Brokers limit headers, and yours go first: where they left too little space,
   * `tracestate` was left out, or a shorter form was written instead, or nothing at all.
   */
  readonly contexts: Readonly<Record<ContextPropagation, number>>;
}

/** Counts what is published to one channel. */
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
