import type { Link, TransactionOptions } from 'elastic-apm-node';
import { formatTraceparent, parentOf, type Incoming, type Run } from 'throughline/tracing';
import { linkTo, linksTo, senderOf } from './links.js';

// The agent stores the lengths of a member's key and value in one byte each: a length of 256, which W3C allows, corrupts the list.
const MAX_LENGTH = 255;

function fits(member: string): boolean {
  const split = member.indexOf('=');
  return split <= MAX_LENGTH && member.length - split - 1 <= MAX_LENGTH;
}

/** Returns the `tracestate` without the members that the agent cannot store. */
export const fitting = (tracestate: string): string =>
  tracestate.length <= MAX_LENGTH ? tracestate : tracestate.split(',').filter(fits).join(',');

/**
 * Returns the parent of a message's transaction. An invalid context is omitted completely: the agent would accept ids of zeros
 * and version `ff`, and create a root with the sender's tracestate and sample rate. Returns a new object each time, because the
 * agent modifies it.
 */
function belowSender(message: Incoming): TransactionOptions {
  const parent = parentOf(message);
  if (parent === undefined) return {};
  const { tracestate } = message;
  const childOf = formatTraceparent(parent);
  return tracestate === undefined ? { childOf } : { childOf, tracestate: fitting(tracestate) };
}

const NONE: { links?: Link[] } = {};

/** Returns the links of a run that continues its message's trace: to earlier runs, and to the batch. */
export function linksOfRun({ earlier, batch }: Run): { links?: Link[] } {
  if (earlier !== undefined) return linksTo([...earlier, batch]);
  // The most frequent case: each message of a batch has this link.
  return batch === undefined ? NONE : { links: [linkTo(batch)] };
}

/**
 * Returns the parent and the links of a run. The run is either a child of its message's context, or only linked to it. It also
 * has links to earlier runs and to its batch.
 */
export function originOf(message: Incoming, run: Run): TransactionOptions {
  const { trace, earlier, batch } = run;
  if (trace === 'link') return linksTo([senderOf(message), ...(earlier ?? []), batch]);
  return { ...belowSender(message), ...linksOfRun(run) };
}
