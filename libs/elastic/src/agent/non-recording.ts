import type { Transaction } from 'elastic-apm-node';
import type { Configuration, PrivateTransaction, TraceContext } from './shapes.js';

/** What a stand-in stands for: a transaction of a trace that is not sampled. */
export interface StoodFor {
  readonly name: string;
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string;
  readonly tracestate: string | undefined;
}

/** What of the agent a stand-in leans on; `context` builds what the agent itself reads of a trace. */
export interface Leaning {
  /** Any transaction of the agent's: what is asked of a stand-in beyond what it has, its prototype answers. */
  readonly transaction: Transaction;
  readonly agent: object;
  readonly configuration: Configuration | undefined;
  readonly context: (traceparent: string, tracestate: string | undefined) => TraceContext;
}

type Carry = (carrier: object, name: string, value: string) => void;

/** What the agent's own code finds in a transaction that has just begun; each instance gets its own where it is written. */
const AS_BEGUN = {
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
 * Gives what makes stand-ins: a transaction for the agent and its instrumentations to see, which records nothing, and builds the
 * costly part of it only when someone asks. Its ids, and what it propagates, are ready.
 */
export function standIns(leaning: Leaning): (what: StoodFor) => PrivateTransaction | undefined {
  const { transaction, agent, configuration, context } = leaning;

  class StandIn {
    readonly #what: StoodFor;
    readonly _defaultName: string;
    ended = false;
    #context: TraceContext | undefined;

    constructor(what: StoodFor) {
      this.#what = what;
      this._defaultName = what.name;
    }

    get id(): string {
      return this.#what.id;
    }
    get traceId(): string {
      return this.#what.traceId;
    }
    get parentId(): string {
      return this.#what.parentId;
    }
    get traceparent(): string {
      return `00-${this.#what.traceId}-${this.#what.id}-00`;
    }
    get _context(): TraceContext {
      return (this.#context ??= context(this.traceparent, this.#what.tracestate));
    }

    createSpan(): null {
      return null;
    }
    startSpan(): null {
      return null;
    }
    addLink(): void {
      // Nothing will be sent.
    }
    propagateTraceContextHeaders(carrier: object, set: Carry): void {
      set(carrier, 'traceparent', this.traceparent);
      if (configuration?.useElasticTraceparentHeader === true) {
        set(carrier, 'elastic-apm-traceparent', this.traceparent);
      }
      if (this.#what.tracestate !== undefined) set(carrier, 'tracestate', this.#what.tracestate);
    }
    end(): void {
      this.ended = true;
    }
  }
  Object.assign(StandIn.prototype, AS_BEGUN, { _agent: agent });
  Object.setPrototypeOf(StandIn.prototype, Object.getPrototypeOf(transaction) as object);

  const { constructor } = transaction;
  const isTransaction = (made: object): made is PrivateTransaction => made instanceof constructor;
  return (what) => {
    const made = new StandIn(what);
    return isTransaction(made) ? made : undefined;
  };
}
