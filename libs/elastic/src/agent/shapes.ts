import type { Agent, Span, SpanOptions, Transaction, TransactionOptions } from 'elastic-apm-node';

/*
 * The private side of elastic-apm-node as its types would tell it, if they did (read in 4.18.0). Everything is optional, since
 * any version may take it away. Only agent-internals.ts calls what stands here.
 */

export interface RunContext {
  enterTrans(transaction: Transaction): RunContext;
}

/** The parent may be anything that has a context, not only what the agent's types tell of. */
export type OpeningOptions = Omit<TransactionOptions, 'childOf'> & {
  readonly childOf?: TransactionOptions['childOf'] | { readonly _context: TraceContext };
};

export interface Instrumentation {
  readonly _started?: boolean;
  /** Replaced when the agent is started anew: read it at each use. */
  readonly _runCtxMgr?: { root?(): RunContext } | null;
  createTransaction?(name: string, type: string, options: OpeningOptions): Transaction;
  withRunContext?<R>(context: RunContext, work: () => R): R;
}

export interface IsolatingInstrumentation {
  readonly _runCtxMgr: { root(): RunContext };
  createTransaction(name: string, type: string, options: OpeningOptions): Transaction;
  withRunContext<R>(context: RunContext, work: () => R): R;
}

/** The agent's settings in force; its server may change some of them at any time, so they are read at each use. */
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

/** What the agent has done with its events since it was started. */
export interface ClientStats {
  readonly numEvents?: number;
  readonly numEventsDropped?: number;
  /** Those in requests that have ended, well or not. */
  readonly numEventsSent?: number;
  /** Rises with each request that failed, and is 0 after one that did not. */
  readonly backoffReconnectCount?: number;
}

/** What sends the events. One that sends nothing (`disableSend`) has none of this. */
export interface Client {
  _getStats?(): ClientStats;
  on?(event: 'request-error', listener: (error: unknown) => void): void;
  /** Begins a new stream with each request. */
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

/** What a transaction says of its message (elastic/apm MSG:154 to 173). */
export interface MessageContext {
  readonly queue: { readonly name: string };
  /** Here as below: what is undefined is not sent. */
  readonly age: { readonly ms: number } | undefined;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[]>> | undefined;
}

/** A `traceparent` as the agent keeps it: the span's own id, and the one above it. */
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

/** A trace's context as the agent keeps it: its ids, and beside them the `tracestate`. */
export interface TraceContext {
  readonly constructor: ContextClass;
  readonly traceparent?: ParentFields;
  readonly tracestate?: { readonly constructor: StateClass };
  child(): TraceContext;
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

/** The broker that a span goes to; its `service.resource` the agent infers from the service target. */
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
