import type { Agent, Span, SpanOptions, Transaction, TransactionOptions } from 'elastic-apm-node';
import type { Isolation } from './agent-calls.js';

/*
 * Every private call of elastic-apm-node, and nothing else (read in 4.18.0). Elastic's own instrumentations use the same
 * ones; the public API cannot keep a context from leaking, cannot say what a message was, and cannot propagate a context
 * safely. Each is optional, and without it the tracer does less: agent-internals.test.ts fails when an upgrade takes one away.
 */

interface RunContext {
  enterTrans(transaction: Transaction): RunContext;
}

interface Instrumentation {
  readonly _started?: boolean;
  /** Replaced when the agent is started anew: read it at each use. */
  readonly _runCtxMgr?: { root?(): RunContext } | null;
  createTransaction?(name: string, type: string, options: TransactionOptions): Transaction;
  withRunContext?<R>(context: RunContext, work: () => R): R;
}

interface IsolatingInstrumentation {
  readonly _runCtxMgr: { root(): RunContext };
  createTransaction(name: string, type: string, options: TransactionOptions): Transaction;
  withRunContext<R>(context: RunContext, work: () => R): R;
}

interface PrivateAgent extends Agent {
  readonly _instrumentation?: Instrumentation;
  readonly _apmClient?: { _getStats?(): { readonly numEventsDropped?: number } } | null;
  readonly _conf?: { readonly active?: boolean };
}

type Setter = (carrier: Map<string, string>, name: string, value: string) => void;

interface Propagating {
  propagateTraceContextHeaders?(carrier: Map<string, string>, setter: Setter): void;
}

interface PrivateTransaction extends Transaction, Propagating {
  readonly _isOutcomeFrozen?: boolean;
  createSpan?(
    name: string,
    type: string,
    subtype: string,
    action: string,
    options: SpanOptions,
  ): Span | null;
  setMessageContext?(message: { queue: { name: string }; age?: { ms: number } }): void;
  setServiceContext?(service: { framework: { name: string } }): void;
  setCloudContext?(cloud: {
    origin: { provider: string; region: string; service: { name: string } };
  }): void;
}

interface PrivateSpan extends Span, Propagating {
  readonly _isOutcomeFrozen?: boolean;
  isRecorded?(): boolean;
  _setDestinationContext?(destination: Destination): void;
}

/** What a transaction says of its message. */
export interface MessageDetails {
  readonly framework: string;
  readonly queue: string;
  /** In milliseconds, not below 0. */
  readonly age?: number;
  readonly cloud?: { readonly provider: string; readonly region: string; readonly service: string };
}

/** The broker that a span goes to; its `service.resource` the agent infers from the service target. */
export interface Destination {
  readonly address?: string;
  readonly port?: number;
  readonly cloud?: { readonly region: string };
}

/** A context to be written into a message. */
export interface Propagation {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** Whether the agent records: `isStarted()` is true also for one that was started inactive. */
export const isRecording = (agent: PrivateAgent): boolean =>
  // It gives undefined before the start, whatever its type says.
  agent.isStarted() ? agent._instrumentation?._started !== false : false;

/** Whether the agent was told to do nothing (`ELASTIC_APM_ACTIVE=false`, or settings that it refused with a message). */
export const isSwitchedOff = (agent: PrivateAgent): boolean => agent._conf?.active === false;

/** How many events the agent has dropped since it was started, because its queue was full. */
export const droppedEvents = (agent: PrivateAgent): number =>
  agent._apmClient?._getStats?.().numEventsDropped ?? 0;

const isIsolating = (ins: Instrumentation | undefined): ins is IsolatingInstrumentation =>
  ins?.createTransaction !== undefined &&
  ins.withRunContext !== undefined &&
  ins._runCtxMgr?.root?.().enterTrans !== undefined;

/** The agent's private way to open things without making them current for the caller; where it lacks that, what is given instead. */
export function isolationOf(agent: PrivateAgent, instead: Isolation): Isolation {
  const ins = agent._instrumentation;
  if (!isIsolating(ins)) return instead;
  return {
    open: (name, type, options) => {
      const transaction = ins.createTransaction(name, type, options);
      const entered = ins._runCtxMgr.root().enterTrans(transaction);
      return { transaction, run: (work) => ins.withRunContext(entered, work) };
    },
    child: (transaction: PrivateTransaction, kind) =>
      transaction.createSpan === undefined
        ? instead.child(transaction, kind)
        : transaction.createSpan(kind.name, kind.type, kind.subtype, kind.action, {
            exitSpan: true,
          }),
    outside: (work) => ins.withRunContext(ins._runCtxMgr.root(), work),
  };
}

/** Rows 17, 18 and 22 of Elastic's specification (MSG:154, 156, 177), and where in the cloud the message came from. */
export function describeMessage(transaction: PrivateTransaction, details: MessageDetails): void {
  const { framework, queue, age, cloud } = details;
  transaction.setMessageContext?.({
    queue: { name: queue },
    ...(age !== undefined && { age: { ms: age } }),
  });
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
    return { traceparent: transaction.traceparent };
  }
  const carrier = new Map<string, string>();
  carrying.propagateTraceContextHeaders(carrier, setInto);
  const traceparent = carrier.get('traceparent');
  const tracestate = carrier.get('tracestate');
  return { ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) };
}

const OF_BOTH = ['propagateTraceContextHeaders', '_isOutcomeFrozen'];
const OF_SPAN = [...OF_BOTH, 'isRecorded', '_setDestinationContext'];
const OF_TRANSACTION = [
  ...OF_BOTH,
  'createSpan',
  'setMessageContext',
  'setServiceContext',
  'setCloudContext',
];

const absent = (
  owner: string,
  value: object | null | undefined,
  names: readonly string[],
): readonly string[] =>
  names.filter((name) => !value || !(name in value)).map((name) => `${name} of the ${owner}`);

/**
 * The private calls that this version of the agent no longer has. It looks at a transaction that is never ended, so never
 * sent; where sampling gives that no span, the span's calls are not looked at.
 */
export function missingCalls(agent: PrivateAgent, isolation: Isolation): readonly string[] {
  const ins = agent._instrumentation;
  const { transaction }: { transaction: PrivateTransaction } = isolation.open('probe', 'probe', {
    childOf: '00-00000000000000000000000000000001-0000000000000001-01',
  });
  const span: PrivateSpan | null = isolation.child(transaction, {
    name: 'probe',
    type: 'probe',
    subtype: 'probe',
    action: 'probe',
  });
  return [
    ...absent('agent', agent, ['_instrumentation', '_conf', '_apmClient']),
    ...absent('instrumentation', ins, [
      '_started',
      '_runCtxMgr',
      'createTransaction',
      'withRunContext',
    ]),
    ...absent('run context manager', ins?._runCtxMgr, ['root']),
    ...absent('run context', ins?._runCtxMgr?.root?.(), ['enterTrans']),
    ...absent('transaction', transaction, OF_TRANSACTION),
    ...(span === null ? [] : absent('span', span, OF_SPAN)),
  ];
}
