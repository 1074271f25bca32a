import type { Agent, Span, SpanOptions, Transaction, TransactionOptions } from 'elastic-apm-node';

/*
 * Types for private parts of elastic-apm-node (read in 4.18.0). Only this folder uses them. Elastic's own instrumentations make
 * the same calls, because the public API cannot keep a context from leaking, describe a message, or propagate a context safely.
 * Everything is optional: if a version lacks a part, the tracer does less. inventory.ts checks which parts exist, and its test
 * fails if an upgrade removes one.
 */

export interface RunContext {
  enterTrans(transaction: Transaction): RunContext;
}

/**
 * The options for opening a transaction. Its parent may be anything that has a context, not only what the agent's types allow.
 */
export type OpeningOptions = Omit<TransactionOptions, 'childOf'> & {
  readonly childOf?: TransactionOptions['childOf'] | ResumedParent;
};

export interface Instrumentation {
  readonly _started?: boolean;
  /** The run context manager. Read this property at each use, because the agent replaces the manager on a restart. */
  readonly _runCtxMgr?: { root?(): RunContext } | null;
  createTransaction?(name: string, type: string, options: OpeningOptions): Transaction;
  withRunContext?<R>(context: RunContext, work: () => R): R;
}

export interface IsolatingInstrumentation {
  readonly _runCtxMgr: { root(): RunContext };
  createTransaction(name: string, type: string, options: OpeningOptions): Transaction;
  withRunContext<R>(context: RunContext, work: () => R): R;
}

/** The agent's current settings. Read them at each use, because the server may change some of them at any time. */
export interface Configuration {
  readonly active?: boolean;
  readonly contextPropagationOnly?: boolean;
  readonly disableSend?: boolean;
  readonly transport?: unknown;
  readonly maxQueueSize?: number;
  readonly traceContinuationStrategy?: string;
  readonly useElasticTraceparentHeader?: boolean;
  readonly captureBody?: string;
  readonly captureHeaders?: boolean;
  readonly sanitizeFieldNamesRegExp?: readonly RegExp[];
  readonly ignoreMessageQueuesRegExp?: readonly RegExp[];
}

/** The statistics about the agent's events since the agent was started. */
export interface ClientStats {
  readonly numEvents?: number;
  readonly numEventsDropped?: number;
  /** The number of events whose request has ended, successfully or not. */
  readonly numEventsSent?: number;
  /** The number of consecutive failed requests. */
  readonly backoffReconnectCount?: number;
}

/** The client that sends the agent's events. With `disableSend`, the client has none of these members. */
export interface Client {
  _getStats?(): ClientStats;
  on?(event: 'request-error', listener: (error: unknown) => void): void;
  /** Divides the events into requests. It emits `stream` when a request begins. */
  readonly _chopper?: { on?(event: 'stream', listener: () => void): void };
}

export interface PrivateAgent extends Agent {
  readonly _instrumentation?: Instrumentation;
  readonly _apmClient?: Client | null;
  readonly _conf?: Configuration;
}

export type Setter = (carrier: Map<string, string>, name: string, value: string) => void;

export interface Propagating {
  propagateTraceContextHeaders?(carrier: Map<string, string>, setter: Setter): void;
}

/** The part of a transaction that describes its message (elastic/apm MSG:154 to 173). */
export interface MessageContext {
  readonly queue: { readonly name: string };
  /** The fields of the message. Fields that are undefined are not sent. */
  readonly age: { readonly ms: number } | undefined;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[]>> | undefined;
}

/** A `traceparent` in the agent's form, with the span's own id and its parent's id. */
export interface ParentFields {
  readonly constructor: ParentClass;
  readonly version: string;
  readonly traceId: string;
  readonly id: string;
  readonly flags: string;
  readonly parentId: string | undefined;
  readonly recorded: boolean;
  child(): ParentFields;
}

export interface ParentClass {
  readonly prototype: object;
}

/** A trace context in the agent's form, with the ids and the `tracestate`. */
export interface TraceContext {
  readonly constructor: ContextClass;
  readonly traceparent?: ParentFields;
  readonly tracestate?: { readonly constructor: StateClass };
  child(): TraceContext;
}

/** An object that the agent accepts as the parent of a transaction. The agent asks the parent's context for a child context. */
export interface ResumedParent {
  readonly _context: TraceContext;
}

export interface ContextClass {
  new (
    traceparent: object,
    tracestate: object,
    configuration: Configuration | undefined,
  ): TraceContext;
  fromString?(traceparent: string): ParentFields;
}

export interface StateClass {
  fromStringFormatString?(tracestate: string | undefined): object;
}

export interface PrivateTransaction extends Transaction, Propagating {
  readonly sampled?: boolean;
  readonly _context?: TraceContext;
  readonly _isOutcomeFrozen?: boolean;
  createSpan?(
    name: string,
    type: string,
    subtype: string,
    action: string,
    options: SpanOptions,
  ): Span | null;
  setMessageContext?(message: MessageContext): void;
  setServiceContext?(service: { framework: { name: string } }): void;
  setCloudContext?(cloud: {
    origin: { provider: string; region: string; service: { name: string } };
  }): void;
}

/**
 * The broker to which a message is sent, as its span shows it. It contains no `service.resource`, because the agent derives that
 * from the service target.
 */
export interface Destination {
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly cloud: { readonly region: string } | undefined;
}

export interface PrivateSpan extends Span, Propagating {
  readonly _isOutcomeFrozen?: boolean;
  isRecorded?(): boolean;
  _setDestinationContext?(destination: Destination): void;
}

type Having<T, Name extends keyof T> = T & { [K in Name]-?: NonNullable<T[K]> };

export const readsParents = (
  found: ContextClass | undefined,
): found is Having<ContextClass, 'fromString'> => found?.fromString !== undefined;

export const readsStates = (
  found: StateClass | undefined,
): found is Having<StateClass, 'fromStringFormatString'> =>
  found?.fromStringFormatString !== undefined;
