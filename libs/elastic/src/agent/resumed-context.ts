import { formatTraceparent, type Traceparent } from 'throughline/tracing';
import type { Isolation } from './isolation.js';
import {
  readsParents,
  readsStates,
  type Configuration,
  type ContextClass,
  type ParentClass,
  type PrivateAgent,
  type PrivateTransaction,
  type ResumedParent,
  type StateClass,
  type TraceContext,
} from './shapes.js';

/** The position of a transaction in its sender's trace. */
export interface Resumed {
  readonly sender: Traceparent;
  /** The id of the transaction. */
  readonly id: string;
  readonly tracestate: string | undefined;
}

export type Resume = (resumed: Resumed, configuration: Configuration | undefined) => ResumedParent;

/** The classes of the agent itself. */
interface ContextClasses {
  readonly Context: ContextClass;
  readonly Parent: ParentClass;
  readonly read: (traceparent: string) => { child(): object };
  readonly readState: NonNullable<StateClass['fromStringFormatString']>;
}

export const isSampled = ({ flags }: Traceparent): boolean => (flags & 1) === 1;

/**
 * Returns a function that creates parents for transactions that continue their sender's trace. Such a parent contains the fields
 * of the transaction's context, computed in advance, and the agent only reads them. If the agent created the context itself, this
 * would take a third of the cost of a transaction: the agent writes the `traceparent` into a buffer, draws random bytes for a
 * single id, and defines each field twice with `Object.defineProperty` (elastic-apm-node 4.18, lib/tracecontext/traceparent.js).
 */
function resuming({ Context, Parent, read, readState }: ContextClasses): Resume {
  // All parents share this state, because the agent writes only into the state of a root (lib/tracecontext/index.js).
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

  return (resumed, configuration) => ({ _context: new SenderContext(resumed, configuration) });
}

const PROBE: Resumed = {
  sender: { traceId: '1'.padStart(32, '0'), parentId: '2'.padStart(16, '0'), flags: 1 },
  id: '3'.padStart(16, '0'),
  tracestate: 'es=s:1',
};

/**
 * Returns a function that creates parents for transactions. It sets their trace context without parsing it. Returns `undefined` if
 * this version of the agent represents contexts differently.
 */
export function resumeOf(agent: PrivateAgent, isolation: Isolation): Resume | undefined {
  const { sender, tracestate = '' } = PROBE;
  const options = { childOf: formatTraceparent(sender), tracestate };
  const { transaction: real }: { transaction: PrivateTransaction } = isolation.open(
    'probe',
    'probe',
    options,
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

const FIELDS = ['version', 'traceId', 'id', 'flags', 'parentId', 'recorded'] as const;

const methodsOf = (one: object): readonly (string | symbol)[] =>
  Reflect.ownKeys(Object.getPrototypeOf(one) as object);

/**
 * Whether a resumed transaction equals the one that the agent itself has created from the same `traceparent`, except for its id.
 */
function isLike(resumed: PrivateTransaction, real: PrivateTransaction): boolean {
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
