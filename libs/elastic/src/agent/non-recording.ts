import type { Isolation } from './isolation.js';
import {
  readsParents,
  readsStates,
  type PrivateAgent,
  type PrivateTransaction,
  type TraceContext,
} from './shapes.js';

/** The position of a non-recording transaction in its trace. */
export interface NonRecordingOptions {
  readonly name: string;
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string;
  readonly tracestate: string | undefined;
}

export type NonRecordingFactory = (options: NonRecordingOptions) => PrivateTransaction | undefined;

type Carry = (carrier: object, name: string, value: string) => void;

/**
 * The properties of a transaction that has just begun, as far as the agent's own code reads them. They are on the prototype, and
 * are copied to an instance only when they are written.
 */
const INITIAL = {
  sampled: false,
  type: 'messaging',
  outcome: 'unknown',
  _result: 'success',
  _customName: '',
  _labels: null,
  _ids: null,
  _user: null,
  _custom: null,
  _isOutcomeFrozen: false,
  _links: Object.freeze([]),
};

/**
 * Returns a function that creates non-recording transactions for traces that are not sampled. The agent and its instrumentations
 * treat such transactions like any other, but they record nothing. Their ids and the propagated values are precomputed. Their
 * context is expensive, so it is created only when something asks for it. Returns `undefined` if this version of the agent lacks
 * what such transactions need.
 */
export function nonRecordingOf(
  agent: PrivateAgent,
  isolation: Isolation,
): NonRecordingFactory | undefined {
  const { transaction }: { transaction: PrivateTransaction } = isolation.open('probe', 'probe', {});
  const Context = transaction._context?.constructor;
  const State = transaction._context?.tracestate?.constructor;
  if (!readsParents(Context) || !readsStates(State)) return undefined;
  const configuration = agent._conf;
  const contextOf = (traceparent: string, tracestate: string | undefined): TraceContext =>
    new Context(
      Context.fromString(traceparent),
      State.fromStringFormatString(tracestate),
      configuration,
    );

  class NonRecordingTransaction {
    readonly #options: NonRecordingOptions;
    readonly _defaultName: string;
    ended = false;
    #context: TraceContext | undefined;

    constructor(options: NonRecordingOptions) {
      this.#options = options;
      this._defaultName = options.name;
    }

    get id(): string {
      return this.#options.id;
    }
    get traceId(): string {
      return this.#options.traceId;
    }
    get parentId(): string {
      return this.#options.parentId;
    }
    get traceparent(): string {
      return `00-${this.#options.traceId}-${this.#options.id}-00`;
    }
    get _context(): TraceContext {
      return (this.#context ??= contextOf(this.traceparent, this.#options.tracestate));
    }

    createSpan(): null {
      return null;
    }
    startSpan(): null {
      return null;
    }
    addLink(): void {
      // The link is dropped, because the transaction is never sent.
    }
    propagateTraceContextHeaders(carrier: object, set: Carry): void {
      const { tracestate } = this.#options;
      set(carrier, 'traceparent', this.traceparent);
      if (configuration?.useElasticTraceparentHeader === true) {
        set(carrier, 'elastic-apm-traceparent', this.traceparent);
      }
      if (tracestate !== undefined) set(carrier, 'tracestate', tracestate);
    }
    end(): void {
      this.ended = true;
    }
  }
  Object.assign(NonRecordingTransaction.prototype, INITIAL, { _agent: agent });
  // All other properties come from the prototype of a real transaction.
  Object.setPrototypeOf(
    NonRecordingTransaction.prototype,
    Object.getPrototypeOf(transaction) as object,
  );

  const { constructor } = transaction;
  const isTransaction = (created: object): created is PrivateTransaction =>
    created instanceof constructor;
  return (options) => {
    const created = new NonRecordingTransaction(options);
    return isTransaction(created) ? created : undefined;
  };
}
