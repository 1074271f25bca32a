import { parentOf, type Incoming, type Run, type TraceIds } from 'throughline/tracing';
import type { Opened } from '../agent/isolation.js';
import { configurationOf, continuesTrace } from '../agent/internals.js';
import { fitting, linksOfRun } from '../context/parent-context.js';
import type { Setting } from '../agent/access.js';
import { newSpanId } from '../context/span-id.js';

/** A transaction whose ids are known without asking the agent. */
export interface OpenedAs extends Opened {
  readonly ids: TraceIds;
}

/** Opens the transaction of a message that goes on with its sender's trace, by the short way; `undefined` where there is none. */
export function resumedTransaction(
  { agent, isolation, resume }: Setting,
  name: string,
  message: Incoming,
  run: Run,
): OpenedAs | undefined {
  if (resume === undefined || isolation.resume === undefined) return undefined;
  if (run.trace === 'link' || !continuesTrace(agent)) return undefined;
  const sender = parentOf(message);
  if (sender === undefined) return undefined;
  const { tracestate } = message;
  const id = newSpanId();
  const what = {
    sender,
    id,
    tracestate: tracestate === undefined ? undefined : fitting(tracestate),
  };
  const childOf = resume(what, configurationOf(agent));
  const { transaction, run: runIn } = isolation.resume(name, 'messaging', {
    childOf,
    ...linksOfRun(run),
  });
  return { transaction, run: runIn, ids: { traceId: sender.traceId, spanId: id } };
}
