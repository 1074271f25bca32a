import { rule } from '#base';
import type { Traceparent } from './formats/traceparent.js';

/** An endpoint: where a message comes from or goes to, without broker-specific types. */
export interface Endpoint {
  /** The messaging system, such as `sqs` or `kafka`. Each transport defines its own name. */
  readonly system: string;
  /** How spans show the messaging system. */
  readonly systemFacts?: SystemFacts | undefined;
  /** The name of the queue or topic at the broker. */
  readonly destination: string;
  /** The host of the broker. Absent if it is not known. */
  readonly address?: string;
  readonly port?: number;
  /** The cloud region of the queue or topic. Elastic's specification requires it for SQS (tracing-instrumentation-aws). */
  readonly region?: string;
  /** The URL of the queue or topic. Absent if its broker has no URLs. */
  readonly url?: string;
  /** Further data of the endpoint that spans show, such as partition, offset and receive count. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

/**
 * Describes how spans show a messaging system. The transport provides this object, so tracers need no knowledge of brokers. It is
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
  /** The system's name in the names of Elastic's spans, such as `SQS`. Default: the system, with its first letter capitalised. */
  readonly label?: string;
  /** The value of `messaging.system` in OpenTelemetry's conventions, such as `aws_sqs`. Default: the system. */
  readonly convention?: string;
  /**
   * Maps each of {@link Endpoint.facts} that has a name in OpenTelemetry's conventions to that attribute. All others become
   * `throughline.<fact>`. Spans show the endpoint's `url`, the message's `key`, and whether it is a `tombstone`, only if this
   * object has attributes for them.
   */
  readonly attributes?: Readonly<Record<string, string>>;
  /**
   * The cloud provider and the cloud service, if the system is a cloud service. Elastic's spans show them with the endpoint's
   * region.
   */
  readonly cloud?: { readonly provider: string; readonly service: string };
}

/** A received message, as a tracer sees it. Its trace context has been validated, so tracers can rely on it. */
export interface Incoming extends Endpoint {
  /** The id of the message at the broker. */
  readonly id: string;
  /** The `traceparent` of the message, in a valid W3C form. Absent if the message has no valid one. */
  readonly traceparent?: string | undefined;
  /** The `tracestate` of the message, in a valid W3C form. Never empty. */
  readonly tracestate?: string | undefined;
  /** The parsed `traceparent` of the message. Present only if the transport has already parsed it: see {@link parentOf}. */
  readonly parent?: Traceparent | undefined;
  /** When the message was sent, in milliseconds since the epoch. */
  readonly sentAt?: number | undefined;
}

/** Where a message goes. */
export type Outgoing = Endpoint;

/** The ids of a span and its trace, as a log line shows them. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** The content of a message, for tracers that are configured to show it. */
export interface Content {
  /** `null` for a tombstone. */
  readonly raw: Uint8Array | null;
  /** The headers of the message, including those of the trace. */
  readonly headers: Readonly<Record<string, ContentHeader | readonly ContentHeader[]>>;
  readonly key: string | null;
}

type ContentHeader = string | Uint8Array;

/** Describes one run of a handler with a message. */
export interface Run {
  /** The name of the handler, such as `OrderProcessor.process`. */
  readonly handler: string;
  /** The number of the attempt, which is 1 for the first run. */
  readonly attempt: number;
  /**
   * The span of the batch to which this run belongs. The message's own span stays in the message's trace, and links to the
   * batch's span.
   */
  readonly batch?: TraceIds | undefined;
  /**
   * The earlier runs that led to this one: a failed attempt, or the run that dead-lettered the message. The span links to them.
   */
  readonly earlier?: readonly TraceIds[] | undefined;
  /**
   * How the span relates to the message's trace. `continue` (default): the span is a child of the context in the message. `link`:
   * the span is a root with a link to that context. Used for a run so late that nobody would look for it in the old trace.
   */
  readonly trace?: 'continue' | 'link' | undefined;
  /** The content of the message. Only a tracer that is configured to show bodies or headers reads it. */
  readonly content?: Content | undefined;
}

/** How a run ended. */
export interface End {
  readonly failed: boolean;
  readonly error?: unknown;
  /** The labels that describe the outcome of the message, such as `{ outcome: 'ack' }`. */
  readonly labels?: Labels;
}

/** Values that a span shows under Throughline's own names. */
export type Labels = Readonly<Record<string, string | number>>;

/**
 * The span of a message while it is processed. It is an object instead of a callback around the handler, because the outcome is
 * known only after the handler and every step around it have finished. With this object, the steps need not be inside a callback.
 */
export interface Work {
  /** The ids of this span. Absent if nothing is traced. */
  readonly ids: TraceIds | undefined;
  /**
   * Runs `work` with this span as the current one. The span is also current after awaits and in timers and streams started by
   * `work`, but nowhere else.
   */
  run<R>(work: () => R): R;
  /** Ends this span. Called once, and never from inside {@link Work.run}. */
  end(end: End): void;
}

/**
 * The span of a message while it is sent. The span never becomes current. Spans that the client opens in the meantime are
 * therefore not its children.
 */
export interface Sending {
  /** The trace context to write into the message. Absent if there is no trace to continue. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /**
   * Ends the span of the send. Pass an error if the send failed, and the labels that are known only now, such as `{
   * trace_context: 'xray' }`.
   */
  end(error?: unknown, labels?: Labels): void;
}

/**
 * What Throughline needs from a tracing system. An implementation must never throw. Neither a send nor a delivery may fail
 * because of tracing.
 *
 * @example
 * const work = tracer.process(message.incoming, { handler: 'Audit.record', attempt: 1 });
 * const outcome = await work.run(() => handler(payload));
 * work.end({ failed: outcome.kind !== 'ack', labels: { outcome: outcome.kind } });
 */
export interface Tracer {
  /** The name of the tracer, such as `elastic` or `none`. */
  readonly name: string;
  /** Opens the span for one message. Its parent is the context in the message, never the current span. */
  process(message: Incoming, run: Run): Work;
  /**
   * Opens the span for one call of a batch handler. It is a root span with links to the distinct contexts of the messages, but at
   * most to those of the first 1,000 messages (elastic/apm MSG:81, MSG:86). Sends outside of any message's own span become
   * children of this span.
   */
  processBatch(messages: readonly Incoming[], run: Pick<Run, 'handler'>): Work;
  /**
   * Opens the span for one send, as a child of the current span. If there is no current span, no span is opened and nothing is
   * written into the message.
   */
  send(to: Outgoing): Sending;
  /**
   * Calls a function that calls a broker's client. The vendor's own instrumentation then creates no second span for that call.
   */
  suppress<R>(clientCall: () => R): R;
  /** Returns the ids of the current span. */
  current(): TraceIds | undefined;
  /**
   * Sends the recorded data, and gives up when `deadline` aborts. `lost` is the number of lost events that the tracer knows of.
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
