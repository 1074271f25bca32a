import { parseTraceparent, type Run, type TraceIds } from 'throughline/tracing';
import { causeIn } from 'throughline/transport';
import type { Task } from '../../scheduler/lanes/task.js';
import type { InboundMessage } from 'throughline/transport';

/** Determines the trace of retries: see `CommonOptions.trace`. */
export type TraceOfRetries = 'continue' | 'link';

/** The earlier runs that lead to a run, and whether the run continues the trace or starts a new one. */
export type Lineage = Pick<Run, 'earlier' | 'trace'>;

const FIRST: Lineage = {};

/**
 * Returns the trace ids of the attempt whose failure made the message a dead letter. They exist only for redriven messages and
 * for messages in a dead-letter channel.
 */
function failedAttemptOf({ headers }: InboundMessage): TraceIds | undefined {
  const traceparent = causeIn(headers)?.traceparent;
  const context = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  return context && { traceId: context.traceId, spanId: context.parentId };
}

/**
 * Returns the earlier runs to which the next run is linked. A retry without a delay stays in the same trace. A retry after a
 * delay or a redrive starts a new trace if the handler is configured with `trace: 'link'`.
 */
export function lineageOf({ inbound, earlier, failures }: Task, trace: TraceOfRetries): Lineage {
  const last = earlier?.ids ?? failedAttemptOf(inbound);
  if (last === undefined && failures === 0) return FIRST;
  // If this process does not know the earlier run, the broker has kept the message, and the message has waited.
  const isLate = earlier?.isDelayed ?? true;
  return {
    ...(last !== undefined && { earlier: [last] }),
    ...(isLate && trace === 'link' && { trace }),
  };
}
