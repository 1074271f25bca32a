import type { Traceparent } from './formats/traceparent.js';

/** Where a message comes from or goes to, in the tracer's words: no type of any broker. */
export interface Endpoint {
  /** The messaging system: `sqs` or `kafka`; a third broker brings its own word. */
  readonly system: string;
  /** The queue or topic, by its broker's name. */
  readonly destination: string;
  /** The host of the broker, where it is known. */
  readonly address?: string;
  readonly port?: number;
  /** The cloud region; mandatory on SQS by Elastic's specification (tracing-instrumentation-aws). */
  readonly region?: string;
  /** Where its broker has one for it: the queue's URL on SQS. */
  readonly url?: string;
  /** What else is worth showing: partition, offset, receive count. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

/** A message as it came in. What it says of its trace has been validated: a tracer may rely on it. */
export interface Incoming extends Endpoint {
  /** The broker's id of the message. */
  readonly id: string;
  /** A valid W3C `traceparent`; absent where the message brought none, or none that could be read. */
  readonly traceparent?: string | undefined;
  /** A valid W3C `tracestate`; never blank. */
  readonly tracestate?: string | undefined;
  /** The `traceparent` taken apart, where whoever read it has kept that; see {@link parentOf}. */
  readonly parent?: Traceparent | undefined;
  /** When it was sent, in milliseconds since the epoch. */
  readonly sentAt?: number | undefined;
}

/** Where a message goes. */
export type Outgoing = Endpoint;

/** The ids that a log line carries. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** What a message holds, for tracers that are told to show it. */
export interface Content {
  /** `null` is Kafka's tombstone. */
  readonly raw: Uint8Array | null;
  /** Its own headers, those of the trace among them. */
  readonly headers: Readonly<Record<string, ContentHeader | readonly ContentHeader[]>>;
  readonly key: string | null;
}

type ContentHeader = string | Uint8Array;

/** One run of a handler over a message. */
export interface Run {
  /** Who handles it: `OrderProcessor.process`. */
  readonly handler: string;
  /** 1 for the first run. */
  readonly attempt: number;
  /** The span of the batch that it is part of: the message's own span stays in the message's trace, and is linked to it. */
  readonly batch?: TraceIds | undefined;
  /** What else led to this run: the run before that failed, or the one that made a dead letter of it. Linked to. */
  readonly earlier?: readonly TraceIds[] | undefined;
  /**
   * `continue` (default): a child of the context in the message. `link`: a root, linked to that context instead; for a run that
   * comes so late that one would not look for it in the old trace.
   */
  readonly trace?: 'continue' | 'link' | undefined;
  /** Read only by a tracer that was told to show bodies or headers. */
  readonly content?: Content | undefined;
}

/** How a piece of work ended. */
export interface End {
  readonly failed: boolean;
  readonly error?: unknown;
  /** What became of the message: `{ outcome: 'ack' }`. */
  readonly labels?: Labels;
}

/** What a span shows of our own words. */
export type Labels = Readonly<Record<string, string | number>>;

/**
 * A message at work. It is a handle and not a callback that owns a promise: the outcome is known only after the handler and
 * everything around it, and nothing has to be wrapped.
 */
export interface Work {
  /** The ids of the span that was opened; absent where nothing is traced. */
  readonly ids: TraceIds | undefined;
  /** Runs `work` with this span current inside, through awaits, timers and streams, and nowhere else. */
  run<R>(work: () => R): R;
  /** Ends the span. Called once, and never from inside {@link Work.run}. */
  end(end: End): void;
}

/** A message on its way out. It is never current: what the client does meanwhile is not its child. */
export interface Sending {
  /** What to write into the message; absent where there is no trace to continue. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /** Ends the span; with an error where the send failed, and with what is known by then: `{ trace_context: 'xray' }`. */
  end(error?: unknown, labels?: Labels): void;
}

/**
 * What the road needs of a tracing system. An implementation never throws into it: a send or a delivery does not fail for
 * the trace's sake.
 *
 * @example
 * const work = tracer.process(arrival.incoming, { handler: 'Audit.record', attempt: 1 });
 * const outcome = await work.run(() => handler(payload));
 * work.end({ failed: outcome.kind !== 'ack', labels: { outcome: outcome.kind } });
 */
export interface Tracer {
  /** `elastic`, `none`. */
  readonly name: string;
  /** Opens the span of one message; its parent is the context in the message, never what is current here. */
  process(message: Incoming, run: Run): Work;
  /**
   * Opens the span of one call of a batch handler: a root, linked to the context of each message, each once, up to the first 1,000
   * (elastic/apm MSG:81, MSG:86). What is sent outside of any message's own span belongs to it.
   */
  processBatch(messages: readonly Incoming[], run: Pick<Run, 'handler'>): Work;
  /** Opens the span of one send, below what is current; where nothing is current, nothing is written. */
  send(to: Outgoing): Sending;
  /** Around every call of a broker's client, so that the vendor's own instrumentation writes no second span. */
  suppress<R>(clientCall: () => R): R;
  /** The ids of what is current. */
  current(): TraceIds | undefined;
  /** Sends out what was recorded, at the latest until `deadline` aborts. `lost` counts what the tracer knows to have dropped. */
  flush(deadline: AbortSignal): Promise<{ readonly lost: number }>;
}
