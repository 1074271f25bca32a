import type { Link, Span, Transaction, TransactionOptions } from 'elastic-apm-node';
import type { ResumedParent } from './shapes.js';

/** A transaction that is current only inside its own `run`. */
export interface OpenedTransaction {
  readonly transaction: Transaction;
  readonly run: <R>(work: () => R) => R;
}

/** How a span is named and classified. */
export interface SpanKind {
  readonly name: string;
  readonly type: string;
  readonly subtype: string;
  readonly action: string;
}

/** Opens transactions and spans without making them current in the caller's context. */
export interface Isolation {
  open(name: string, type: string, options: TransactionOptions): OpenedTransaction;
  /** Makes an existing transaction current in its own `run`; absent if the agent has no private call for it. */
  readonly adopt?: (transaction: Transaction) => OpenedTransaction;
  /** Opens a transaction below a parent whose context is ready; absent if the agent has no private call for it. */
  readonly resume?: (
    name: string,
    type: string,
    options: { readonly childOf: ResumedParent; links?: Link[] },
  ) => OpenedTransaction;
  /** Opens a span below the current one; `null` if the transaction is not sampled. */
  child(transaction: Transaction, kind: SpanKind): Span | null;
  /** Runs `work` with no transaction current. */
  readonly outside: <R>(work: () => R) => R;
}
