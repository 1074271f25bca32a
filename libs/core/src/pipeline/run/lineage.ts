import { parseTraceparent, type Run, type TraceIds } from 'throughline/tracing';
import { causeIn } from 'throughline/transport';
import type { Task } from '../../scheduler/lanes/task.js';
import type { InboundMessage } from 'throughline/transport';

/** Determines the trace of retries: see `CommonOptions.trace`. */
export type TraceOfRetries = 'continue' | 'link';

/** The earlier runs that the trace of a run shows. */
export type Lineage = Pick<Run, 'earlier' | 'trace'>;

const FIRST: Lineage = {};

/**
 * Returns the ids of the attempt that created the dead letter. They are present for handlers of dead letters and for redriven
 * messages.
 */
function failedAttemptOf({ headers }: InboundMessage): TraceIds | undefined {
  const traceparent = causeIn(headers)?.traceparent;
  const context = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  return context && { traceId: context.traceId, spanId: context.parentId };
}

/**
 * Returns the earlier runs that the next run is linked to. A retry without a delay stays in the same trace. A retry after a delay
 * or a redrive starts a new trace if the handler is configured so.
 */
export function lineageOf({ inbound, earlier, failures }: Task, trace: TraceOfRetries): Lineage {
  const last = earlier?.ids ?? failedAttemptOf(inbound);
  if (last === undefined && failures === 0) return FIRST;
  // What its broker kept meanwhile has waited with the broker.
  const isLate = earlier?.isDelayed ?? true;
  return {
    ...(last !== undefined && { earlier: [last] }),
    ...(isLate && trace === 'link' && { trace }),
  };
}
