import { BaseRpcContext } from '@nestjs/microservices';
import { TRACED_CONTEXT, type TraceIds } from 'throughline/tracing';
import type { InboundMessage } from 'throughline/transport';
import type { Headers } from '#base';

/** The arguments of a delivery's Nest context. Nest creates its contexts from arguments, but a delivery has none. */
const NO_ARGUMENTS: [] = [];
const NO_MEMBERS: readonly Delivery[] = [];

/** A message, as its handler sees it. */
export interface Message<T = unknown> {
  /** The payload: the message body, as the schema returned it. */
  readonly payload: T;
  /** The id of the message at the broker: the SQS message id, or `topic/partition/offset`. */
  readonly id: string;
  /** The ordering key of the message: the key of a Kafka record, or the group of a FIFO message. */
  readonly key: string | null;
  /** The original bytes of the message's key. A Kafka key need not be text, and two different keys may decode to the same text. */
  readonly rawKey: Uint8Array | null;
  /** The key as the channel's `keyCodec` decoded it. `undefined` if the channel has no such codec. */
  readonly decodedKey: unknown;
  readonly headers: Headers;
  /**
   * The original body of the message, as bytes. `null` for a tombstone. If the body is not text, a queue stores it in base64, and
   * `raw` contains the base64 text as bytes.
   */
  readonly raw: Uint8Array | null;
}

/**
 * The progress of a run. `preparing`: its handler has not started. `claiming`: its handler has not started, and the run waits for
 * the idempotency store. `begun`: its handler has started, and Throughline waits for it to finish. `abandoned`: its timeout
 * expired before the handler started, so the handler must not start.
 */
export type Progress = 'preparing' | 'claiming' | 'begun' | 'abandoned';

/*
 * With these functions, the pipeline reads and writes a delivery's private fields. `throughline` does not export them, so
 * handlers cannot use them. The static block of the class assigns them, because only code inside the class can access private
 * fields.
 */

export let inboundOf: (delivery: Delivery) => InboundMessage;
/** Returns the payload of a delivery: the parsed body, or, after validation, the value that the schema returned. */
export let payloadOf: (delivery: Delivery) => unknown;
export let setPayload: (delivery: Delivery, payload: unknown) => void;
export let setDecodedKey: (delivery: Delivery, key: unknown) => void;
export let progressOf: (delivery: Delivery) => Progress;
export let setProgress: (delivery: Delivery, progress: Progress) => void;
/** Returns the ids of the span in which a delivery's run is traced. */
export let traceOf: (delivery: Delivery) => TraceIds | undefined;
export let setTrace: (delivery: Delivery, ids: TraceIds | undefined) => void;
/** Returns the name of the handler that accepted the message, if several handlers share the channel. */
export let handledByOf: (delivery: Delivery) => string | undefined;
export let setHandledBy: (delivery: Delivery, handler: string) => void;
/** Whether the run has published messages that the broker has not confirmed yet. */
export let hasPendingPublishes: (delivery: Delivery) => boolean;
export let countPendingPublishes: (delivery: Delivery, difference: 1 | -1) => void;
/** Aborts the signal of a run. For the call of a batch handler, also aborts the signals of all messages in the batch. */
export let abortDelivery: (delivery: Delivery, reason: Error) => void;
/** Detaches a run that has ended from the signal of its message. A later abort then no longer reaches the run. */
export let endDelivery: (delivery: Delivery) => void;

/**
 * One run of a handler for one message. It is the second parameter of the handler, and `@Ctx()` injects it.
 *
 * @example
 * \@OrderHandler(newOrders)
 * async process(order: Order, delivery: Delivery<Order>) {
 *   await this.stock.reserve(order, { signal: delivery.signal });
 * }
 */
export class Delivery<T = unknown> extends BaseRpcContext<[]> {
  readonly #inbound: InboundMessage;
  readonly #members: readonly Delivery[];
  #payload: unknown = undefined;
  #decodedKey: unknown = undefined;
  #progress: Progress = 'preparing';
  #trace: TraceIds | undefined = undefined;
  #handledBy: string | undefined = undefined;
  #pendingPublishes = 0;
  #message: Message<T> | undefined = undefined;
  #controller: AbortController | undefined = undefined;
  #unfollow: (() => void) | undefined = undefined;

  constructor(
    inbound: InboundMessage,
    /** The number of this attempt: 1 for the first run, plus one for each run that failed before. */
    readonly attempt: number,
    members: readonly Delivery[] = NO_MEMBERS,
  ) {
    super(NO_ARGUMENTS);
    this.#inbound = inbound;
    this.#members = members;
  }

  /** Marks this context as traced, so that `TracingInterceptor` does not trace the message again. */
  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- a field would be written for each message
  get [TRACED_CONTEXT](): true {
    return true;
  }

  /**
   * The message of this delivery, with its id, key and headers. The object is created on first use, because most handlers only need
   * the payload.
   */
  get message(): Message<T> {
    if (this.#message !== undefined) return this.#message;
    const { id, key, headers, raw } = this.#inbound;
    const { rawKey = key === null ? null : Buffer.from(key) } = this.#inbound;
    const decodedKey = this.#decodedKey;
    return (this.#message = {
      payload: this.#payload as T,
      id,
      key,
      rawKey,
      decodedKey,
      headers,
      raw,
    });
  }

  /** The logical name of the channel from which the message was received. */
  get channel(): string {
    return this.#inbound.origin.channel;
  }

  get receivedAt(): Date {
    return new Date(this.#inbound.receivedAt);
  }

  /**
   * A signal that aborts when the message no longer belongs to this process (its partition was revoked, or its visibility timeout
   * expired), when the handler's `timeout` expires, and at the end of a shutdown. Pass the signal on to calls that accept one.
   */
  get signal(): AbortSignal {
    if (this.#controller === undefined) this.#follow((this.#controller = new AbortController()));
    return this.#controller.signal;
  }

  /**
   * Forwards aborts of the message's signal. `AbortSignal.any` is not used: a listener on its signal that is never removed stays
   * in memory as long as the source signal lives (node, lib/internal/abort_controller.js, `gcPersistentSignals`), and the signal
   * of a partition lives for days. The call of a batch handler follows no signal, because each message in the batch follows its
   * own.
   */
  #follow(controller: AbortController): void {
    if (this.#members.length > 0) return;
    const { signal } = this.#inbound;
    const abort = (): void => controller.abort(signal.reason);
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    this.#unfollow = () => signal.removeEventListener('abort', abort);
  }

  static {
    inboundOf = (delivery) => delivery.#inbound;
    payloadOf = (delivery) => delivery.#payload;
    setPayload = (delivery, payload) => {
      delivery.#payload = payload;
    };
    setDecodedKey = (delivery, key) => {
      delivery.#decodedKey = key;
    };
    progressOf = (delivery) => delivery.#progress;
    setProgress = (delivery, progress) => {
      delivery.#progress = progress;
    };
    traceOf = (delivery) => delivery.#trace;
    setTrace = (delivery, ids) => {
      delivery.#trace = ids;
    };
    handledByOf = (delivery) => delivery.#handledBy;
    setHandledBy = (delivery, handler) => {
      delivery.#handledBy = handler;
    };
    hasPendingPublishes = (delivery) => delivery.#pendingPublishes > 0;
    countPendingPublishes = (delivery, difference) => {
      delivery.#pendingPublishes += difference;
    };
    abortDelivery = (delivery, reason) => {
      (delivery.#controller ??= new AbortController()).abort(reason);
      for (const member of delivery.#members) abortDelivery(member, reason);
    };
    endDelivery = (delivery) => delivery.#unfollow?.();
  }
}
