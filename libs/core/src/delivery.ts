import { BaseRpcContext } from '@nestjs/microservices';
import { TRACED_CONTEXT } from 'throughline/tracing';
import type { Headers } from '#base';
import type { RunState } from './pipeline/run/run-state.js';
import type { InboundMessage } from 'throughline/transport';

/** Nest's contexts are made of arguments, and this one is not. */
const NO_ARGUMENTS: [] = [];

/** A message as its handler sees it. */
export interface Message<T = unknown> {
  /** What the schema made of the body. */
  readonly payload: T;
  /** The broker's id: SQS' message id, or `topic/partition/offset`. */
  readonly id: string;
  /** The record's key or the FIFO group. */
  readonly key: string | null;
  /** The key's bytes as they came: a Kafka key need not be text, and two of them may read as the same. */
  readonly rawKey: Uint8Array | null;
  readonly headers: Headers;
  /** The body as it came; `null` is a tombstone. */
  readonly raw: Uint8Array | null;
}

/**
 * One run of a handler over one message: the handler's second parameter, and what `@Ctx()` injects.
 *
 * @example
 * \@OrderHandler(newOrders)
 * async process(order: Order, delivery: Delivery<Order>) {
 *   await this.stock.reserve(order, { signal: delivery.signal });
 * }
 */
export class Delivery<T = unknown> extends BaseRpcContext<[]> {
  readonly #inbound: InboundMessage;
  readonly #payload: T;
  readonly #run: RunState;
  #message: Message<T> | undefined;

  constructor(
    inbound: InboundMessage,
    payload: T,
    /** 1 for the first run; one more for each run that failed before. */
    readonly attempt: number,
    run: RunState,
  ) {
    super(NO_ARGUMENTS);
    this.#inbound = inbound;
    this.#payload = payload;
    this.#run = run;
  }

  /** A `TracingInterceptor` has nothing to do here. */
  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- a field would be written for each message
  get [TRACED_CONTEXT](): true {
    return true;
  }

  /** The message with all that it brought. Made when it is first asked for: most handlers want the payload alone. */
  get message(): Message<T> {
    if (this.#message !== undefined) return this.#message;
    const { id, key, headers, raw } = this.#inbound;
    const { rawKey = key === null ? null : Buffer.from(key) } = this.#inbound;
    return (this.#message = { payload: this.#payload, id, key, rawKey, headers, raw });
  }

  /** The channel's logical name. */
  get channel(): string {
    return this.#inbound.origin.channel;
  }

  get receivedAt(): Date {
    return new Date(this.#inbound.receivedAt);
  }

  /**
   * Aborts when the message is no longer ours (its partition was revoked, its visibility lost), when its `timeout` is over, and
   * at the end of a shutdown. Hand it on to whatever takes one.
   */
  get signal(): AbortSignal {
    return this.#run.signal;
  }
}
