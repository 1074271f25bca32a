import type { Link, Span, Transaction, TransactionOptions } from 'elastic-apm-node';
import type { ResumedParent } from './shapes.js';

/** A transaction that is current only inside its own `run` method. */
export interface OpenedTransaction {
  readonly transaction: Transaction;
  readonly run: <R>(work: () => R) => R;
}

/** The name and the type of a span. */
export interface SpanKind {
  readonly name: string;
  readonly type: string;
  readonly subtype: string;
  readonly action: string;
}

/** Opens transactions and spans without making them current in the caller's context. */
export interface Isolation {
  open(name: string, type: string, options: TransactionOptions): OpenedTransaction;
  /**
   * Makes an existing transaction current, but only inside the `run` method of the result. Absent if the agent has no private
   * call for this purpose.
   */
  readonly adopt?: (transaction: Transaction) => OpenedTransaction;
  /** Opens a transaction below a parent with a precomputed context. Absent if the agent has no private call for this purpose. */
  readonly resume?: (
    name: string,
    type: string,
    options: { readonly childOf: ResumedParent; links?: Link[] },
  ) => OpenedTransaction;
  /** Opens a span below the current one. Returns `null` if the transaction is not sampled. */
  child(transaction: Transaction, kind: SpanKind): Span | null;
  /** Runs `work` without a current transaction. */
  readonly outside: <R>(work: () => R) => R;
}
