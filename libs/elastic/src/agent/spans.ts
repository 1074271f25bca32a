import type { Span } from 'elastic-apm-node';
import type {
  Destination,
  MessageContext,
  PrivateSpan,
  PrivateTransaction,
  Propagating,
  Setter,
} from './shapes.js';

/** The message that a transaction shows, and its origin. */
export interface MessageDetails {
  readonly framework: string;
  readonly message: MessageContext;
  readonly cloud:
    { readonly provider: string; readonly region: string; readonly service: string } | undefined;
}

/**
 * Sets the data that a transaction shows about its message (rows 17 to 22 of Elastic's specification, MSG:154 to 177) and about
 * the cloud from which the message came.
 */
export function describeMessage(transaction: PrivateTransaction, details: MessageDetails): void {
  const { framework, message, cloud } = details;
  transaction.setMessageContext?.(message);
  transaction.setServiceContext?.({ framework: { name: framework } });
  if (cloud === undefined) return;
  const { provider, region, service } = cloud;
  transaction.setCloudContext?.({ origin: { provider, region, service: { name: service } } });
}

/** Sets the data that a span shows about its destination (rows 14 and 23 of Elastic's specification, AWS:32, MSG:183). */
export function describeDestination(span: PrivateSpan, destination: Destination): void {
  span._setDestinationContext?.(destination);
}

/** Whether Throughline still has to set the outcome. An outcome that the user has set takes precedence (TX:31). */
export const isOutcomeOpen = (traced: PrivateTransaction | PrivateSpan): boolean =>
  traced._isOutcomeFrozen === undefined ? traced.outcome === 'unknown' : !traced._isOutcomeFrozen;

/** Whether a span will be reported. Spans beyond `transactionMaxSpans` are not reported. */
export const isReported = (span: PrivateSpan | null): span is Span & PrivateSpan =>
  span?.isRecorded?.() === true;

/** A trace context to be written into a message. */
export interface Propagation {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

const setInto: Setter = (carrier, name, value) => carrier.set(name, value);

/**
 * Returns the trace context to write into a message. It is the span's context if the span will be reported, otherwise the
 * transaction's. The call `propagateTraceContextHeaders` keeps the agent from compressing or discarding the span later. Reading
 * `traceparent` alone does not.
 */
export function propagationOf(
  span: PrivateSpan | null,
  transaction: PrivateTransaction,
): Propagation {
  const carrying: Propagating = isReported(span) ? span : transaction;
  if (carrying.propagateTraceContextHeaders === undefined) {
    // Reading the transaction's `traceparent` is enough, because a transaction is never compressed.
    return { traceparent: transaction.traceparent, tracestate: undefined };
  }
  const carrier = new Map<string, string>();
  carrying.propagateTraceContextHeaders(carrier, setInto);
  return { traceparent: carrier.get('traceparent'), tracestate: carrier.get('tracestate') };
}
