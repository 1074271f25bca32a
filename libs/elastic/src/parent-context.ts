import type { Link, TransactionOptions } from 'elastic-apm-node';
import { formatTraceparent, parseTraceparent, type Incoming, type Run } from 'throughline/tracing';
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

/** Nearly every `traceparent` is of this form, and then it is not taken apart. */
const WRITTEN_BY_THE_AGENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$/;

function asTheAgentWritesIt(traceparent: string): string | undefined {
  if (WRITTEN_BY_THE_AGENT.test(traceparent)) return traceparent;
  const parsed = parseTraceparent(traceparent);
  return parsed && formatTraceparent(parsed);
}

/**
 * The parent of a message's transaction. The agent accepts ids of zeros and version `ff`, and an invalid parent gives it a root
 * that keeps the foreign tracestate and sample rate: so what is not valid is left out whole. The object is new each time,
 * since the agent takes it apart.
 */
function parentOf({ traceparent, tracestate }: Incoming): TransactionOptions {
  const childOf = traceparent === undefined ? undefined : asTheAgentWritesIt(traceparent);
  if (childOf === undefined) return {};
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
  return { ...parentOf(message), ...linksOfRun(run) };
}
