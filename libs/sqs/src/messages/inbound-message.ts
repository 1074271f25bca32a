import type { Message } from '@aws-sdk/client-sqs';
import type { InboundMessage, SourcePartition } from 'throughline/transport';
import type { Headers } from '#base';
import type { Endpoint, Incoming } from 'throughline/tracing';
import { writeDetails } from './message-details.js';
import { attributesIn, headersOf, type ReceivedAttributes } from './attributes.js';
import { receivedContext } from './received-context.js';

const EMPTY = new Uint8Array();

/** What is the same for all messages of a queue. */
export interface Origin {
  readonly origin: SourcePartition;
  readonly endpoint: Endpoint;
  readonly isFifo: boolean;
}

/** A message of SQS, and our hold on it. */
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
  /** X-Ray's context, which travels beside the attributes. */
  readonly xray: string | undefined;
  /** As SQS has them, types and all. */
  readonly attributes: ReceivedAttributes;
  /** Until when it is hidden from others, in milliseconds since the epoch. */
  heldUntil = Infinity;
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
    // A standard queue may have groups too, for fairness, and they order nothing.
    this.lane = isFifo ? this.key : null;
    this.raw = message.Body === undefined ? EMPTY : Buffer.from(message.Body);
    this.attributes = attributesIn(message);
    this.headers = headersOf(this.attributes);
    this.bytes = this.raw.length;
    // A standard queue knows receives only; a FIFO queue's are no measure of runs: what was given back was received, too.
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

  /** By our own clock, whether or not a timer has run yet: a process that stood still does not know what it has lost. */
  get isOurs(): boolean {
    return this.heldUntil > Date.now() && this.#lost?.signal.aborted !== true;
  }

  /**
   * It was received again while it is still here: the hold on it is the new one's. Where the old one was lost, a run that begins
   * from now on has a signal of its own; one that goes on has been told already.
   */
  heldBy({ receiptHandle, receivedAt }: SqsInbound): void {
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

  /** It is no longer ours; what its handler does from here on may be done twice. */
  lose(reason: Error): void {
    (this.#lost ??= new AbortController()).abort(reason);
  }
}
