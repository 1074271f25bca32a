import { parseTraceparent, type Run, type TraceIds } from 'throughline/tracing';
import { causeIn } from 'throughline/transport';
import type { Task } from '../../scheduler/lanes/task.js';
import type { InboundMessage } from 'throughline/transport';

/** How runs after the first stand in the trace: see `CommonOptions.trace`. */
export type TraceOfRetries = 'continue' | 'link';

/** What a run shows of those before it. */
export type Lineage = Pick<Run, 'earlier' | 'trace'>;

const FIRST: Lineage = {};

/** The attempt that made a dead letter of the message; for a handler of dead letters, and for what was redriven. */
function failedAttemptOf({ headers }: InboundMessage): TraceIds | undefined {
  const traceparent = causeIn(headers)?.traceparent;
  const context = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  return context && { traceId: context.traceId, spanId: context.parentId };
}

/**
 * Which runs led to the one to come. Runs at once after another stay in its trace; one that comes later, or was redriven,
 * begins anew where the handler wants that.
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
