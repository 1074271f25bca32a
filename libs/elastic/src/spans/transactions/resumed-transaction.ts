import { parentOf, type Incoming, type Run, type TraceIds } from 'throughline/tracing';
import type { OpenedTransaction } from '../../agent/isolation.js';
import { configurationOf, continuesTrace } from '../../agent/configuration.js';
import { fitting, linksOfRun } from '../../context/parent-context.js';
import type { AgentAccess } from '../../agent/access.js';
import { newSpanId } from '../../context/span-id.js';

/**
 * Opens the transaction of a message that continues its sender's trace, with a precomputed context. Returns `undefined` if that is
 * not possible.
 */
export function resumedTransaction(
  { agent, isolation, resume }: AgentAccess,
  name: string,
  message: Incoming,
  run: Run,
): (OpenedTransaction & { readonly ids: TraceIds }) | undefined {
  if (resume === undefined || isolation.resume === undefined) return undefined;
  if (run.trace === 'link' || !continuesTrace(agent)) return undefined;
  const sender = parentOf(message);
  if (sender === undefined) return undefined;
  const { tracestate } = message;
  const id = newSpanId();
  const resumed = {
    sender,
    id,
    tracestate: tracestate === undefined ? undefined : fitting(tracestate),
  };
  const childOf = resume(resumed, configurationOf(agent));
  const { transaction, run: runIn } = isolation.resume(name, 'messaging', {
    childOf,
    ...linksOfRun(run),
  });
  return { transaction, run: runIn, ids: { traceId: sender.traceId, spanId: id } };
}
