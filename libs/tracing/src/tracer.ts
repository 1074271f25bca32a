import { rule } from '#base';
import type { Traceparent } from './formats/traceparent.js';

/** Where a message comes from or goes to, without broker-specific types. */
export interface Endpoint {
  /** The messaging system: `sqs`, `kafka`. Each transport defines its own name. */
  readonly system: string;
  /** How spans show the system. */
  readonly systemFacts?: SystemFacts | undefined;
  /** The queue or topic, by its name at the broker. */
  readonly destination: string;
  /** The host of the broker, if it is known. */
  readonly address?: string;
  readonly port?: number;
  /** The cloud region. Elastic's specification requires it for SQS (tracing-instrumentation-aws). */
  readonly region?: string;
  /** The URL of the queue or topic, if its broker has one. */
  readonly url?: string;
  /** Further data that spans show: partition, offset, receive count. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

/**
 * How spans show a messaging system. The transport provides this object, so that a tracer need not know the broker. The object is
 * the same for every endpoint of the system: define it once and share it.
 *
 * @example
 * const facts: SystemFacts = {
 *   label: 'SQS',
 *   convention: 'aws_sqs',
 *   attributes: { url: 'aws.sqs.queue.url' },
 *   cloud: { provider: 'aws', service: 'sqs' },
 * };
 */
export interface SystemFacts {
  /** The system in the names of Elastic's spans: `SQS`. Default: the system, capitalised. */
  readonly label?: string;
  /** `messaging.system` in OpenTelemetry's conventions: `aws_sqs`. Default: the system. */
  readonly convention?: string;
  /**
   * The OpenTelemetry attribute for each of {@link Endpoint.facts} that has a name in the conventions. Default:
   * `throughline.<fact>`. Spans show the endpoint's `url`, the message's `key`, and whether it is a `tombstone`, only if this
   * object has attributes for them.
   */
  readonly attributes?: Readonly<Record<string, string>>;
  /** The cloud service, if the system is one. Elastic's spans show it with the endpoint's region. */
  readonly cloud?: { readonly provider: string; readonly service: string };
}

/** A received message. Its trace context has been validated: tracers can rely on that. */
export interface Incoming extends Endpoint {
  /** The broker's id of the message. */
  readonly id: string;
  /** A valid W3C `traceparent`. Absent if the message has none that can be read. */
  readonly traceparent?: string | undefined;
  /** A valid W3C `tracestate`. Never empty. */
  readonly tracestate?: string | undefined;
  /** The parsed `traceparent`, if the transport has parsed it already; see {@link parentOf}. */
  readonly parent?: Traceparent | undefined;
  /** When the message was sent, in milliseconds since the epoch. */
  readonly sentAt?: number | undefined;
}

/** Where a message goes. */
export type Outgoing = Endpoint;

/** The ids that a log line carries. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** What a message contains, for tracers that are configured to show it. */
export interface Content {
  /** `null` for a tombstone. */
  readonly raw: Uint8Array | null;
  /** The message's own headers, including those of the trace. */
  readonly headers: Readonly<Record<string, ContentHeader | readonly ContentHeader[]>>;
  readonly key: string | null;
}

type ContentHeader = string | Uint8Array;

/** One run of a handler with a message. */
export interface Run {
  /** The handler's name: `OrderProcessor.process`. */
  readonly handler: string;
  /** 1 for the first run. */
  readonly attempt: number;
  /** The span of the batch that this run is part of. The message's own span stays in the message's trace, and links to it. */
  readonly batch?: TraceIds | undefined;
  /** Earlier runs that led to this one: a failed attempt, or the run that dead-lettered the message. The span links to them. */
  readonly earlier?: readonly TraceIds[] | undefined;
  /**
   * `continue` (default): the span is a child of the context in the message. `link`: the span is a root with a link to that
   * context, for a run so late that nobody would look for it in the old trace.
   */
  readonly trace?: 'continue' | 'link' | undefined;
  /** Read only by a tracer that is configured to show bodies or headers. */
  readonly content?: Content | undefined;
}

/** How a run ended. */
export interface End {
  readonly failed: boolean;
  readonly error?: unknown;
  /** The outcome of the message: `{ outcome: 'ack' }`. */
  readonly labels?: Labels;
}

/** Values that a span shows under Throughline's own names. */
export type Labels = Readonly<Record<string, string | number>>;

/**
 * The span of a message while it is processed. It is a handle instead of a callback that returns a promise, because the outcome is
 * known only after the handler and every step around it have finished. With a handle, nothing has to be wrapped.
 */
export interface Work {
  /** The ids of the span. Absent if nothing is traced. */
  readonly ids: TraceIds | undefined;
  /** Runs `work` with this span as the current one, also across awaits, timers and streams started by `work`, but nowhere else. */
  run<R>(work: () => R): R;
  /** Ends the span. Called once, and never from inside {@link Work.run}. */
  end(end: End): void;
}

/**
 * The span of a message while it is sent. It never becomes current, so spans of what the client does meanwhile are not its
 * children.
 */
export interface Sending {
  /** What to write into the message. Absent if there is no trace to continue. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /**
   * Ends the span, with an error if the send failed, and with the labels that are known at that time: `{ trace_context: 'xray' }`.
   */
  end(error?: unknown, labels?: Labels): void;
}

/**
 * What Throughline needs from a tracing system. An implementation never throws: neither a send nor a delivery fails because of
 * tracing.
 *
 * @example
 * const work = tracer.process(message.incoming, { handler: 'Audit.record', attempt: 1 });
 * const outcome = await work.run(() => handler(payload));
 * work.end({ failed: outcome.kind !== 'ack', labels: { outcome: outcome.kind } });
 */
export interface Tracer {
  /** `elastic`, `none`. */
  readonly name: string;
  /** Opens the span for one message. Its parent is the context in the message, never the current span. */
  process(message: Incoming, run: Run): Work;
  /**
   * Opens the span for one call of a batch handler: a root span with links to the distinct contexts of the messages, at most the
   * first 1,000 (elastic/apm MSG:81, MSG:86). Messages sent outside of any message's own span belong to it.
   */
  processBatch(messages: readonly Incoming[], run: Pick<Run, 'handler'>): Work;
  /** Opens the span for one send, as a child of the current span. Without a current span, nothing is written. */
  send(to: Outgoing): Sending;
  /** Wraps every call to a broker's client, so that the vendor's own instrumentation creates no second span. */
  suppress<R>(clientCall: () => R): R;
  /** The ids of the current span. */
  current(): TraceIds | undefined;
  /**
   * Sends the recorded data, and gives up when `deadline` aborts. `lost` is the number of events that the tracer knows were lost.
   */
  flush(deadline: AbortSignal): Promise<{ readonly lost: number }>;
}

/** The rule for an option that takes a tracer. */
export const TRACER_RULE = rule.withMethods(
  'a tracer, such as elastic()',
  'process',
  'processBatch',
  'send',
  'suppress',
  'current',
  'flush',
);
