import type { Link, Span, Transaction, TransactionOptions } from 'elastic-apm-node';
import type { ResumedParent } from './resumed-context.js';

/** A transaction that is current only inside its own `run`. */
export interface Opened {
  readonly transaction: Transaction;
  readonly run: <R>(work: () => R) => R;
}

/** What a span is told to be. */
export interface SpanKind {
  readonly name: string;
  readonly type: string;
  readonly subtype: string;
  readonly action: string;
}

/** How transactions and spans are opened without becoming current in the caller's context. */
export interface Isolation {
  open(name: string, type: string, options: TransactionOptions): Opened;
  /** Makes a transaction that is already there current in its own `run`; absent where the agent has no private way to. */
  readonly adopt?: (transaction: Transaction) => Opened;
  /** Opens below a parent whose context is ready; absent where the agent has no private way to. */
  readonly resume?: (
    name: string,
    type: string,
    options: { readonly childOf: ResumedParent; links?: Link[] },
  ) => Opened;
  /** A span below what is current; `null` where the transaction is not sampled. */
  child(transaction: Transaction, kind: SpanKind): Span | null;
  /** Runs something with no transaction current. */
  readonly outside: <R>(work: () => R) => R;
}
