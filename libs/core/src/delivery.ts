import { BaseRpcContext } from '@nestjs/microservices';
import { TRACED_CONTEXT, type TraceIds } from 'throughline/tracing';
import type { InboundMessage } from 'throughline/transport';
import type { Headers } from '#base';

/** Nest's contexts are made of arguments, and this one is not. */
const NO_ARGUMENTS: [] = [];
const NO_MEMBERS: readonly Delivery[] = [];

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
 * How far a run has come. `preparing`: its handler has not begun. `claiming`: nor has it, and it waits for the store of
 * `idempotent`. `begun`: it has, and is waited for. `abandoned`: its time was up before that, and its handler must not begin.
 */
export type Progress = 'preparing' | 'claiming' | 'begun' | 'abandoned';

/*
 * What the pipeline reads and writes of a delivery, and no handler can: `throughline` does not export these. They are functions
 * of the class' own static block, since only that reaches its private fields.
 */

export let inboundOf: (delivery: Delivery) => InboundMessage;
/** The body: its text parsed, then what the schema made of it. */
export let payloadOf: (delivery: Delivery) => unknown;
export let setPayload: (delivery: Delivery, payload: unknown) => void;
export let progressOf: (delivery: Delivery) => Progress;
export let setProgress: (delivery: Delivery, progress: Progress) => void;
/** The span of this run. */
export let traceOf: (delivery: Delivery) => TraceIds | undefined;
export let setTrace: (delivery: Delivery, ids: TraceIds | undefined) => void;
/** Which of the handlers that share a channel has taken the message. */
export let handledByOf: (delivery: Delivery) => string | undefined;
export let setHandledBy: (delivery: Delivery, handler: string) => void;
/** Whether the broker has not answered all publishes of this run yet. */
export let hasPendingPublishes: (delivery: Delivery) => boolean;
export let countPendingPublishes: (delivery: Delivery, difference: 1 | -1) => void;
/** Aborts the signal of a run; for the call of a batch, those of its members as well. */
export let abortDelivery: (delivery: Delivery, reason: Error) => void;
/** Nothing from outside concerns the run any more. */
export let endDelivery: (delivery: Delivery) => void;

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
  readonly #members: readonly Delivery[];
  #payload: unknown = undefined;
  #progress: Progress = 'preparing';
  #trace: TraceIds | undefined = undefined;
  #handledBy: string | undefined = undefined;
  #pendingPublishes = 0;
  #message: Message<T> | undefined = undefined;
  #controller: AbortController | undefined = undefined;
  #unfollow: (() => void) | undefined = undefined;

  constructor(
    inbound: InboundMessage,
    /** 1 for the first run; one more for each run that failed before. */
    readonly attempt: number,
    members: readonly Delivery[] = NO_MEMBERS,
  ) {
    super(NO_ARGUMENTS);
    this.#inbound = inbound;
    this.#members = members;
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
    return (this.#message = { payload: this.#payload as T, id, key, rawKey, headers, raw });
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
    if (this.#controller === undefined) this.#follow((this.#controller = new AbortController()));
    return this.#controller.signal;
  }

  /**
   * By hand, and not by `AbortSignal.any`: whoever listens to one of those, and does not take the listener off, keeps it for as
   * long as there is a signal behind it (node, lib/internal/abort_controller.js, `gcPersistentSignals`), and a partition's lives
   * for days. The call of a batch follows no message: its members do.
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
