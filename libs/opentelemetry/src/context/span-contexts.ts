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

/** What a message, or a request, says of its trace. */
export type Carried = Pick<Incoming, 'traceparent' | 'tracestate' | 'parent'>;

/**
 * The context that came with a message. By hand, and not by the propagator that is registered: that one takes flags of `ff` and
 * hands on `-0ff`, and costs twice as much.
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

/** What to write into a message, or nothing where there is no trace: without an SDK the ids are zeros. */
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

/** A span that only its ids are known of; that somebody links to it says that it was worth recording. */
export const contextOf = ({ traceId, spanId }: TraceIds): SpanContext => ({
  traceId,
  spanId,
  traceFlags: SAMPLED,
});
