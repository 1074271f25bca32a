import type { TransactionOptions } from 'elastic-apm-node';
import { formatTraceparent, parseTraceparent, type Incoming } from 'throughline/tracing';

// The agent keeps the lengths of a member's key and value in one byte each: at 256, which W3C allows, it garbles the list.
const MAX_LENGTH = 255;

function fits(member: string): boolean {
  const split = member.indexOf('=');
  return split <= MAX_LENGTH && member.length - split - 1 <= MAX_LENGTH;
}

const fitting = (tracestate: string): string =>
  tracestate.length <= MAX_LENGTH ? tracestate : tracestate.split(',').filter(fits).join(',');

/**
 * The parent of a message's transaction. The agent accepts ids of zeros and version `ff`, and an invalid parent gives it a root
 * that keeps the foreign tracestate and sample rate: so what is not valid is left out whole. The object is new each time,
 * since the agent takes it apart.
 */
export function parentOf({ traceparent, tracestate }: Incoming): TransactionOptions {
  const parent = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  if (parent === undefined) return {};
  const childOf = formatTraceparent(parent);
  return tracestate === undefined ? { childOf } : { childOf, tracestate: fitting(tracestate) };
}
