import type { InboundMessage, SourcePartition } from 'throughline/transport';
import { firstHeader, type Headers } from '#base';
import { readContext, type Incoming } from 'throughline/tracing';
import { copyHeaders, copyOf, textOf, type StoredMessage } from '../message.js';
import type { MemoryQueue, Received } from './queue.js';

/** A message that was received from a queue. */
export class QueueInbound implements InboundMessage {
  readonly lane: string | null;
  readonly id: string;
  readonly key: string | null;
  readonly raw: Uint8Array | null;
  readonly headers: Headers;
  readonly details: string | undefined;
  readonly bytes: number;
  readonly failures: number;
  readonly incoming: Incoming;
  readonly malformedContext: string | undefined;
  /** The receipt of the last receive. The message may be received again while it is still in this process. */
  receipt: symbol;
  #lost: AbortController | undefined;

  constructor(
    { id, group, message, sentAt, receives, receipt }: Received,
    readonly origin: SourcePartition,
    queue: Pick<MemoryQueue, 'name' | 'isFifo'>,
    readonly receivedAt: number,
  ) {
    this.id = id;
    this.key = queue.isFifo ? group : textOf(message.key);
    this.lane = queue.isFifo ? group : null;
    this.raw = message.body === null ? null : copyOf(message.body);
    this.headers = copyHeaders(message.headers);
    this.details = message.details;
    this.bytes = this.raw?.length ?? 0;
    // As on SQS, the number of receives is used only for a standard queue. In a FIFO queue, it does not show how often a message
    // has failed.
    this.failures = queue.isFifo ? 0 : receives - 1;
    this.receipt = receipt;
    const { malformed, ...context } = contextOf(message);
    this.malformedContext = malformed;
    this.incoming = {
      system: 'sqs',
      destination: queue.name,
      ...context,
      id,
      sentAt,
      facts: { receive_count: receives },
    };
  }

  get isOurs(): boolean {
    return this.#lost?.signal.aborted !== true;
  }

  get signal(): AbortSignal {
    return (this.#lost ??= new AbortController()).signal;
  }

  /** Takes over the receipt of a later receive of the same message. A run that starts afterwards gets a new signal. */
  receivedAgain({ receipt }: QueueInbound): void {
    this.receipt = receipt;
    if (!this.isOurs) this.#lost = undefined;
  }

  lose(reason: Error): void {
    (this.#lost ??= new AbortController()).abort(reason);
  }
}

function contextOf({ headers, traceparent }: StoredMessage): ReturnType<typeof readContext> {
  const context = readContext((name) => firstHeader(headers, name));
  return context.traceparent === undefined && traceparent !== undefined ? { traceparent } : context;
}
