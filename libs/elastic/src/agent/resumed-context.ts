import type { Traceparent } from 'throughline/tracing';
import type {
  Configuration,
  ContextClass,
  ParentClass,
  PrivateTransaction,
  StateClass,
  TraceContext,
} from './shapes.js';

/** Where a transaction stands in its sender's trace. */
export interface Resumed {
  readonly sender: Traceparent;
  /** Of the transaction. */
  readonly id: string;
  readonly tracestate: string | undefined;
}

/** What the agent takes for the parent of a transaction: it asks the context in it for a child. */
export interface ResumedParent {
  readonly _context: TraceContext;
}

export type Resume = (what: Resumed, configuration: Configuration | undefined) => ResumedParent;

/** The agent's own classes. */
export interface ContextClasses {
  readonly Context: ContextClass;
  readonly Parent: ParentClass;
  readonly read: (traceparent: string) => { child(): object };
  readonly readState: NonNullable<StateClass['fromStringFormatString']>;
}

export const isSampled = ({ flags }: Traceparent): boolean => (flags & 1) === 1;

/**
 * Gives what makes parents for transactions that go on with their sender's trace. The agent by itself writes the `traceparent`
 * into a buffer, draws random bytes for a single id, and defines each field twice by `Object.defineProperty`: a third of what a
 * transaction costs (elastic-apm-node 4.18, lib/tracecontext/traceparent.js). Here the fields are ready, and the agent only
 * takes them.
 */
export function resuming({ Context, Parent, read, readState }: ContextClasses): Resume {
  // The agent writes into the state of a root only (lib/tracecontext/index.js).
  const noState = readState(undefined);

  class ReadyParent {
    readonly version = '00';
    readonly traceId: string;
    readonly id: string;
    readonly parentId: string | undefined;
    recorded: boolean;

    constructor(sender: Traceparent, id: string, parentId: string | undefined) {
      this.traceId = sender.traceId;
      this.id = id;
      this.parentId = parentId;
      this.recorded = isSampled(sender);
    }

    get flags(): string {
      return this.recorded ? '01' : '00';
    }
    setRecorded(recorded: boolean): void {
      this.recorded = recorded;
    }
    ensureParentId(): string | undefined {
      return this.parentId;
    }
    child(): object {
      return read(`${this.toString()}-${this.parentId ?? '0'.repeat(16)}`).child();
    }
    toString(): string {
      return `00-${this.traceId}-${this.id}-${this.flags}`;
    }
  }
  Object.setPrototypeOf(ReadyParent.prototype, Parent.prototype);

  class SenderContext extends Context {
    readonly #ready: TraceContext;

    constructor({ sender, id, tracestate }: Resumed, configuration: Configuration | undefined) {
      const { parentId } = sender;
      const state = tracestate === undefined ? noState : readState(tracestate);
      super(new ReadyParent(sender, parentId, undefined), state, configuration);
      this.#ready = new Context(new ReadyParent(sender, id, parentId), state, configuration);
    }

    override child(): TraceContext {
      return this.#ready;
    }
  }

  return (what, configuration) => ({ _context: new SenderContext(what, configuration) });
}

const FIELDS = ['version', 'traceId', 'id', 'flags', 'parentId', 'recorded'] as const;

const methodsOf = (one: object): readonly (string | symbol)[] =>
  Reflect.ownKeys(Object.getPrototypeOf(one) as object);

/** Whether a transaction that was resumed so looks as one that the agent has made of the same `traceparent`, but for its id. */
export function isLike(resumed: PrivateTransaction, real: PrivateTransaction): boolean {
  const [ours, theirs] = [resumed._context?.traceparent, real._context?.traceparent];
  if (ours === undefined || theirs === undefined) return false;
  return (
    FIELDS.every((name) => name in theirs && (name === 'id' || ours[name] === theirs[name])) &&
    Object.keys(theirs).every((name) => name in ours) &&
    methodsOf(theirs).every((name) => methodsOf(ours).includes(name)) &&
    resumed.traceparent === real.traceparent.replace(theirs.id, ours.id) &&
    ours.child().parentId === ours.id &&
    theirs.child().parentId === theirs.id
  );
}
