import type { Link, TransactionOptions } from 'elastic-apm-node';
import { formatTraceparent, parentOf, type Incoming, type Run } from 'throughline/tracing';
import { linkTo, linksTo, senderOf } from './links.js';

// The agent keeps the lengths of a member's key and value in one byte each: at 256, which W3C allows, it garbles the list.
const MAX_LENGTH = 255;

function fits(member: string): boolean {
  const split = member.indexOf('=');
  return split <= MAX_LENGTH && member.length - split - 1 <= MAX_LENGTH;
}

/** A list without the members that the agent cannot keep. */
export const fitting = (tracestate: string): string =>
  tracestate.length <= MAX_LENGTH ? tracestate : tracestate.split(',').filter(fits).join(',');

/**
 * The parent of a message's transaction. The agent accepts ids of zeros and version `ff`, and an invalid parent gives it a root
 * that keeps the foreign tracestate and sample rate: so what is not valid is left out whole. The object is new each time,
 * since the agent takes it apart.
 */
function belowSender(message: Incoming): TransactionOptions {
  const parent = parentOf(message);
  if (parent === undefined) return {};
  const { tracestate } = message;
  const childOf = formatTraceparent(parent);
  return tracestate === undefined ? { childOf } : { childOf, tracestate: fitting(tracestate) };
}

const NONE: { links?: Link[] } = {};

/** Links of a run that stands in its message's trace: to the runs before it, and to its batch. */
export function linksOfRun({ earlier, batch }: Run): { links?: Link[] } {
  if (earlier !== undefined) return linksTo([...earlier, batch]);
  // Each message of a batch has this one.
  return batch === undefined ? NONE : { links: [linkTo(batch)] };
}

/** Where a run stands: below its message's context or, told so, only linked to it; and linked to the runs before it and its batch. */
export function originOf(message: Incoming, run: Run): TransactionOptions {
  const { trace, earlier, batch } = run;
  if (trace === 'link') return linksTo([senderOf(message), ...(earlier ?? []), batch]);
  return { ...belowSender(message), ...linksOfRun(run) };
}
