import { parentOf, type Incoming, type Run, type Work } from 'throughline/tracing';
import { continuesTrace } from '../agent/internals.js';
import { labelsOf } from './labels.js';
import { LeanWork } from './lean-work.js';
import { isSampled } from '../agent/resumed-context.js';
import type { Setting } from '../agent/access.js';
import { newSpanId } from '../context/span-id.js';

/**
 * Opens a stand-in for the transaction of a message whose sender's trace is not sampled; `undefined` where the message is not
 * of that kind, or begins a trace of its own, which is sampled by chance.
 */
export function leanTransaction(
  setting: Setting,
  name: string,
  message: Incoming,
  run: Run,
): Work | undefined {
  const { agent, isolation, standIn } = setting;
  if (standIn === undefined || isolation.adopt === undefined) return undefined;
  if (run.trace === 'link') return undefined;
  const sender = parentOf(message);
  if (sender === undefined || isSampled(sender)) return undefined;
  const { tracestate } = message;
  if (!continuesTrace(agent, tracestate)) return undefined;
  const { traceId, parentId } = sender;
  const id = newSpanId();
  const transaction = standIn({ name, traceId, id, parentId, tracestate });
  if (transaction === undefined) return undefined;
  return new LeanWork(setting, isolation.adopt(transaction), {
    ids: { traceId, spanId: id },
    labels: () => labelsOf(message, run),
  });
}
