import type { Span, Transaction } from 'elastic-apm-node';
import { formatTraceparent } from 'throughline/tracing';
import type { Isolation, Opened } from './isolation.js';
import type {
  Client,
  Configuration,
  ContextClass,
  Destination,
  IsolatingInstrumentation,
  Instrumentation,
  MessageContext,
  PrivateAgent,
  PrivateSpan,
  PrivateTransaction,
  Propagating,
  Setter,
  StateClass,
} from './shapes.js';
import { isLike, resuming, type Resume, type Resumed } from './resumed-context.js';
import { standIns, type StoodFor } from './non-recording.js';

/*
 * Every private call of elastic-apm-node, and nothing else (read in 4.18.0). Elastic's own instrumentations use the same
 * ones; the public API cannot keep a context from leaking, cannot say what a message was, and cannot propagate a context
 * safely. Each is optional, and without it the tracer does less. agent-inventory.ts looks which of them are there, and its test
 * fails when an upgrade takes one away.
 */

/** What a transaction says of its message. */
export interface MessageDetails {
  readonly framework: string;
  readonly message: MessageContext;
  readonly cloud:
    { readonly provider: string; readonly region: string; readonly service: string } | undefined;
}

/** A context to be written into a message. */
export interface Propagation {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** Whether the agent records: `isStarted()` is true also for one that was started inactive. */
export const isRecording = (agent: PrivateAgent): boolean =>
  // It gives undefined before the start, whatever its type says.
  agent.isStarted() ? agent._instrumentation?._started !== false : false;

/** Whether the agent was told to do nothing (`ELASTIC_APM_ACTIVE=false`, or settings that it refused with a message). */
export const isSwitchedOff = (agent: PrivateAgent): boolean => agent._conf?.active === false;

/** Row 28: whether `ignoreMessageQueues` names this queue or topic (MSG:189). */
export const isIgnored = (agent: PrivateAgent, destination: string): boolean =>
  agent._conf?.ignoreMessageQueuesRegExp?.some((pattern) => pattern.test(destination)) === true;

/** Row 19: whether `captureBody` is on for transactions (MSG:168). */
export const showsBodies = ({ _conf }: PrivateAgent): boolean =>
  _conf?.captureBody === 'all' || _conf?.captureBody === 'transactions';

/** Row 20: whether `captureHeaders` is on (MSG:173); never where it is not known which of them are secret. */
export const showsHeaders = ({ _conf }: PrivateAgent): boolean =>
  _conf?.captureHeaders === true && _conf.sanitizeFieldNamesRegExp !== undefined;

/** Row 21: whether `sanitizeFieldNames` names this header (SAN:37). */
export const isSecret = (agent: PrivateAgent, header: string): boolean =>
  agent._conf?.sanitizeFieldNamesRegExp?.some((pattern) => pattern.test(header)) !== false;

/** Whether anyone will read what a transaction says: nothing is sent of one that is not sampled, or only propagates. */
export const isTold = (agent: PrivateAgent, { sampled }: PrivateTransaction): boolean =>
  sampled !== false && agent._conf?.contextPropagationOnly !== true;

/** What has become of the agent's events since it was started. */
export interface EventCounts {
  readonly given: number;
  /** For want of room in the queue. */
  readonly dropped: number;
  /** Those in requests that have ended, well or not. */
  readonly concluded: number;
  /** How many requests in a row have failed. */
  readonly failures: number;
}

/** What sends the agent's events; another one after each start, and absent before the first. */
export const clientOf = ({ _apmClient }: PrivateAgent): Client | undefined =>
  _apmClient ?? undefined;

export function countsOf(client: Client | undefined): EventCounts {
  const stats = client?._getStats?.() ?? {};
  return {
    given: stats.numEvents ?? 0,
    dropped: stats.numEventsDropped ?? 0,
    concluded: stats.numEventsSent ?? 0,
    failures: stats.backoffReconnectCount ?? 0,
  };
}

/** Watches the requests of a client: each as it begins, and the errors of those, and of others, that failed. */
export function watchRequests(
  client: Client,
  watcher: { readonly began: () => void; readonly failed: (error: unknown) => void },
): void {
  client._chopper?.on?.('stream', watcher.began);
  client.on?.('request-error', watcher.failed);
}

/** The settings in force. */
export const configurationOf = ({ _conf }: PrivateAgent): Configuration | undefined => _conf;

export const queueSizeOf = ({ _conf }: PrivateAgent): number | undefined => _conf?.maxQueueSize;

const isIsolating = (ins: Instrumentation | undefined): ins is IsolatingInstrumentation =>
  ins?.createTransaction !== undefined &&
  ins.withRunContext !== undefined &&
  ins._runCtxMgr?.root?.().enterTrans !== undefined;

/** The agent's private way to open things without making them current for the caller; where it lacks that, what is given instead. */
export function isolationOf(agent: PrivateAgent, instead: Isolation): Isolation {
  const ins = agent._instrumentation;
  if (!isIsolating(ins)) return instead;
  const adopt = (transaction: Transaction): Opened => {
    const entered = ins._runCtxMgr.root().enterTrans(transaction);
    return { transaction, run: (work) => ins.withRunContext(entered, work) };
  };
  return {
    open: (name, type, options) => adopt(ins.createTransaction(name, type, options)),
    resume: (name, type, options) => adopt(ins.createTransaction(name, type, options)),
    adopt,
    child: (transaction: PrivateTransaction, kind) =>
      transaction.createSpan === undefined
        ? instead.child(transaction, kind)
        : transaction.createSpan(kind.name, kind.type, kind.subtype, kind.action, {
            exitSpan: true,
          }),
    outside: (work) => ins.withRunContext(ins._runCtxMgr.root(), work),
  };
}

/** Row 37: whether a message's trace goes on here, or another begins (CONT:21). */
export function continuesTrace({ _conf }: PrivateAgent, tracestate = ''): boolean {
  const strategy = _conf?.traceContinuationStrategy;
  if (strategy === 'restart_external') return /(^|,)es=/.test(tracestate);
  return strategy === 'continue';
}

type Readable<T, Name extends keyof T> = T & { [K in Name]-?: NonNullable<T[K]> };

const readsParents = (
  found: ContextClass | undefined,
): found is Readable<ContextClass, 'fromString'> => found?.fromString !== undefined;

const readsStates = (
  found: StateClass | undefined,
): found is Readable<StateClass, 'fromStringFormatString'> =>
  found?.fromStringFormatString !== undefined;

/** What makes stand-ins for transactions that are not sampled; `undefined` where the agent lacks what they lean on. */
export function standInsOf(
  agent: PrivateAgent,
  isolation: Isolation,
): ((what: StoodFor) => PrivateTransaction | undefined) | undefined {
  const { transaction }: { transaction: PrivateTransaction } = isolation.open('probe', 'probe', {});
  const Context = transaction._context?.constructor;
  const State = transaction._context?.tracestate?.constructor;
  if (!readsParents(Context) || !readsStates(State)) return undefined;
  return standIns({
    transaction,
    agent,
    configuration: agent._conf,
    context: (traceparent, tracestate) =>
      new Context(
        Context.fromString(traceparent),
        State.fromStringFormatString(tracestate),
        agent._conf,
      ),
  });
}

const PROBE: Resumed = {
  sender: { traceId: '1'.padStart(32, '0'), parentId: '2'.padStart(16, '0'), flags: 1 },
  id: '3'.padStart(16, '0'),
  tracestate: 'es=s:1',
};

/** What makes parents whose context is ready; `undefined` where the agent has another idea of a context than it had. */
export function resumeOf(agent: PrivateAgent, isolation: Isolation): Resume | undefined {
  const { sender, tracestate = '' } = PROBE;
  const { transaction: real }: { transaction: PrivateTransaction } = isolation.open(
    'probe',
    'probe',
    {
      childOf: formatTraceparent(sender),
      tracestate,
    },
  );
  const Context = real._context?.constructor;
  const Parent = real._context?.traceparent?.constructor;
  const State = real._context?.tracestate?.constructor;
  if (!readsParents(Context) || !readsStates(State) || Parent === undefined) return undefined;
  const resume = resuming({
    Context,
    Parent,
    read: (traceparent) => Context.fromString(traceparent),
    readState: (list) => State.fromStringFormatString(list),
  });
  const probe = isolation.resume?.('probe', 'probe', { childOf: resume(PROBE, agent._conf) });
  return probe !== undefined && isLike(probe.transaction, real) ? resume : undefined;
}

/** Rows 17 to 22 of Elastic's specification (MSG:154 to 177), and where in the cloud the message came from. */
export function describeMessage(transaction: PrivateTransaction, details: MessageDetails): void {
  const { framework, message, cloud } = details;
  transaction.setMessageContext?.(message);
  transaction.setServiceContext?.({ framework: { name: framework } });
  if (cloud === undefined) return;
  const { provider, region, service } = cloud;
  transaction.setCloudContext?.({ origin: { provider, region, service: { name: service } } });
}

/** Rows 14 and 23 (AWS:32, MSG:183). */
export function describeDestination(span: PrivateSpan, destination: Destination): void {
  span._setDestinationContext?.(destination);
}

/** Whether an outcome is still to be set: one that the user set wins (TX:31). */
export const isOutcomeOpen = (traced: PrivateTransaction | PrivateSpan): boolean =>
  traced._isOutcomeFrozen === undefined ? traced.outcome === 'unknown' : !traced._isOutcomeFrozen;

/** Whether a span is going to be reported: one beyond `transactionMaxSpans` is not. */
export const isReported = (span: PrivateSpan | null): span is Span & PrivateSpan =>
  span?.isRecorded?.() === true;

const setInto: Setter = (carrier, name, value) => carrier.set(name, value);

/**
 * The context to write into a message: the span's where the span is going to be reported, else the transaction's. Asking a
 * span for it keeps the agent from compressing or discarding that span afterwards, which its `traceparent` does not.
 */
export function propagationOf(
  span: PrivateSpan | null,
  transaction: PrivateTransaction,
): Propagation {
  const carrying: Propagating = isReported(span) ? span : transaction;
  if (carrying.propagateTraceContextHeaders === undefined) {
    // Only a transaction is never compressed.
    return { traceparent: transaction.traceparent, tracestate: undefined };
  }
  const carrier = new Map<string, string>();
  carrying.propagateTraceContextHeaders(carrier, setInto);
  return { traceparent: carrier.get('traceparent'), tracestate: carrier.get('tracestate') };
}
