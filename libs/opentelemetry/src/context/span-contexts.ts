import type { SpanContext } from '@opentelemetry/api';
import {
  formatTraceparent,
  parentOf,
  type Incoming,
  type Sending,
  type TraceIds,
} from 'throughline/tracing';
import { CarriedTraceState } from './carried-trace-state.js';
import type { Api } from '../sdk/load-api.js';

const SAMPLED = 1;

/** The trace context that a message or an HTTP request carries. */
export type Carried = Pick<Incoming, 'traceparent' | 'tracestate' | 'parent'>;

/**
 * Returns the span context of a message. The registered propagator is not used: it accepts flags of `ff`, passes on flags of
 * `-0ff`, and costs twice as much.
 */
export function carriedContext(api: Api, carried: Carried): SpanContext | undefined {
  const parent = parentOf(carried);
  if (parent === undefined) return undefined;
  const { traceId, parentId, flags } = parent;
  const { tracestate } = carried;
  const context = { traceId, spanId: parentId, traceFlags: flags & SAMPLED, isRemote: true };
  if (tracestate === undefined) return context;
  return { ...context, traceState: new CarriedTraceState(api, tracestate) };
}

/**
 * Returns the trace context to write into a message. The result is empty if there is no trace. Without an SDK, there is none: the
 * ids are zeros.
 */
export function written(
  api: Api,
  context: SpanContext,
): Pick<Sending, 'traceparent' | 'tracestate'> {
  if (!api.isSpanContextValid(context)) return {};
  const { traceId, spanId, traceFlags, traceState } = context;
  const traceparent = formatTraceparent({ traceId, parentId: spanId, flags: traceFlags });
  const tracestate = traceState?.serialize().trim();
  return tracestate ? { traceparent, tracestate } : { traceparent };
}

export const isSampled = ({ traceFlags }: SpanContext): boolean => (traceFlags & SAMPLED) !== 0;

export const idsOf = ({ traceId, spanId }: SpanContext): TraceIds => ({ traceId, spanId });

/** Creates the span context for a link, if only the ids of the linked span are known. The linked span counts as sampled. */
export const contextOf = ({ traceId, spanId }: TraceIds): SpanContext => ({
  traceId,
  spanId,
  traceFlags: SAMPLED,
});
