import type { Message } from '@aws-sdk/client-sqs';
import type { InboundMessage, SourcePartition } from 'throughline/transport';
import type { Headers } from '#base';
import type { Endpoint, Incoming } from 'throughline/tracing';
import { attributesIn, headersOf, type ReceivedAttributes } from './attributes.js';
import { writeDetails } from './message-details.js';
import { receivedContext } from './received-context.js';

const EMPTY = new Uint8Array();

/** The properties common to all messages of a queue. */
export interface Origin {
  readonly origin: SourcePartition;
  readonly endpoint: Endpoint;
  readonly isFifo: boolean;
}

/** A message received from SQS, with its receipt and the time until which it is hidden from other consumers. */
export class SqsInbound implements InboundMessage {
  readonly origin: SourcePartition;
  readonly lane: string | null;
  readonly id: string;
  readonly key: string | null;
  readonly raw: Uint8Array;
  readonly headers: Headers;
  readonly bytes: number;
  readonly failures: number;
  readonly incoming: Incoming;
  readonly malformedContext: string | undefined;
  receiptHandle: string;
  /** The value of `AWSTraceHeader`, which is a system attribute. */
  readonly xray: string | undefined;
  /** The attributes of the message as SQS delivers them, with their types. */
  readonly attributes: ReceivedAttributes;
  /** The time until which the message is hidden, in milliseconds since the epoch. */
  hiddenUntil = Infinity;
  #lost: AbortController | undefined;

  constructor(
    message: Message,
    { origin, endpoint, isFifo }: Origin,
    public receivedAt: number,
  ) {
    const { ApproximateReceiveCount, SentTimestamp, MessageGroupId, AWSTraceHeader } =
      message.Attributes ?? {};
    this.xray = AWSTraceHeader;
    const receives = Number(ApproximateReceiveCount ?? 1);
    this.origin = origin;
    this.id = message.MessageId ?? '';
    this.key = MessageGroupId ?? null;
    // Groups of a standard queue are for fairness. They do not order messages.
    this.lane = isFifo ? this.key : null;
    this.raw = message.Body === undefined ? EMPTY : Buffer.from(message.Body);
    this.attributes = attributesIn(message);
    this.headers = headersOf(this.attributes);
    this.bytes = this.raw.length;
    // SQS counts only receives. On a standard queue, each earlier receive counts as a failure. On a FIFO queue, none does, because
    // messages that were returned unprocessed were received, too.
    this.failures = isFifo ? 0 : receives - 1;
    this.receiptHandle = message.ReceiptHandle ?? '';
    const { malformed, ...context } = receivedContext(this.headers, message);
    this.malformedContext = malformed;
    this.incoming = {
      ...endpoint,
      ...context,
      id: this.id,
      facts: { receive_count: receives },
      ...(SentTimestamp !== undefined && { sentAt: Number(SentTimestamp) }),
    };
  }

  /**
   * Whether the message still belongs to this process. Compares {@link hiddenUntil} with the clock, because a process that was
   * frozen may not have run its timers yet.
   */
  get isOurs(): boolean {
    return this.hiddenUntil > Date.now() && this.#lost?.signal.aborted !== true;
  }

  /**
   * Takes over the receipt from a later receive of the same message. If the message was lost before, later runs get a new signal.
   * The signal of a run in progress stays aborted.
   */
  adoptReceipt({ receiptHandle, receivedAt }: SqsInbound): void {
    this.receiptHandle = receiptHandle;
    this.receivedAt = receivedAt;
    if (this.#lost?.signal.aborted === true) this.#lost = undefined;
  }

  get details(): string | undefined {
    return writeDetails(this.attributes, this.xray);
  }

  get signal(): AbortSignal {
    return (this.#lost ??= new AbortController()).signal;
  }

  /** Aborts the message's signal, because other consumers can receive the message and the handler's effects may happen twice. */
  lose(reason: Error): void {
    (this.#lost ??= new AbortController()).abort(reason);
  }
}
