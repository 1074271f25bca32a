import {
  parentOf,
  type End,
  type Incoming,
  type Labels,
  type Run,
  type TraceIds,
  type Work,
} from 'throughline/tracing';
import type { AgentAccess } from '../../agent/access.js';
import { continuesTrace } from '../../agent/configuration.js';
import type { OpenedTransaction } from '../../agent/isolation.js';
import { isSampled } from '../../agent/resumed-context.js';
import { newSpanId } from '../../context/span-id.js';
import { labelsOf } from '../naming.js';
import { reportError } from '../report-error.js';

/**
 * Opens a non-recording transaction for a message whose sender did not sample its trace. Returns `undefined` for all other
 * messages. A message that begins its own trace is one of these, because the agent decides whether that trace is sampled.
 */
export function nonRecordingTransaction(
  access: AgentAccess,
  name: string,
  message: Incoming,
  run: Run,
): Work | undefined {
  const { agent, isolation, openNonRecording } = access;
  if (openNonRecording === undefined || isolation.adopt === undefined) return undefined;
  if (run.trace === 'link') return undefined;
  const sender = parentOf(message);
  if (sender === undefined || isSampled(sender)) return undefined;
  const { tracestate } = message;
  if (!continuesTrace(agent, tracestate)) return undefined;
  const { traceId, parentId } = sender;
  const id = newSpanId();
  const transaction = openNonRecording({ name, traceId, id, parentId, tracestate });
  if (transaction === undefined) return undefined;
  return new NonRecordingWork(access, isolation.adopt(transaction), {
    ids: { traceId, spanId: id },
    labels: () => labelsOf(message, run),
  });
}

/** A message in progress whose trace is not sampled. Only its errors are reported. */
class NonRecordingWork implements Work {
  readonly ids: TraceIds;
  readonly #access: AgentAccess;
  readonly #opened: OpenedTransaction;
  readonly #labels: () => Labels;
  #ended = false;

  constructor(
    access: AgentAccess,
    opened: OpenedTransaction,
    { ids, labels }: { readonly ids: TraceIds; readonly labels: () => Labels },
  ) {
    this.#access = access;
    this.#opened = opened;
    this.ids = ids;
    this.#labels = labels;
  }

  run<R>(work: () => R): R {
    const { guard, isolation } = this.#access;
    return guard.around(this.#ended ? isolation.outside : this.#opened.run, work);
  }

  end({ error, labels }: End): void {
    if (this.#ended) return;
    this.#ended = true;
    const { agent, guard } = this.#access;
    const { transaction } = this.#opened;
    guard.attempt(() => {
      transaction.end();
      if (error === undefined) return;
      reportError(agent, error, transaction, { ...this.#labels(), ...labels });
    });
  }
}
