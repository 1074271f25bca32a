import type { Outcome } from 'throughline/transport';
import type { InboundMessage } from 'throughline/transport';

/** Counters of a handler since the start of the process. */
export interface Counts {
  readonly done: number;
  /** The number of messages acknowledged without a run, because their work was already done. */
  readonly duplicates: number;
  /** The number of messages acknowledged without a run, because no guard accepted them. */
  readonly unmatched: number;
  /** The number of failed attempts that were followed by another attempt. */
  readonly retries: number;
  /** How often a message waited because a broker or store was unavailable, or because another run held its lease. */
  readonly held: number;
  readonly deadLetters: number;
}

/** The last error of the handler. */
export interface LastError {
  readonly error: unknown;
  readonly at: Date;
  readonly messageId: string;
}

const countOf = (outcome: Outcome): keyof Counts => {
  if (outcome.kind === 'deadLetter') return 'deadLetters';
  if (outcome.kind === 'retry') return outcome.counts ? 'retries' : 'held';
  return outcome.as === 'duplicate' ? 'duplicates' : outcome.as;
};

/** Counts the outcomes of a handler's messages. */
export class HandlerCounts {
  readonly #counts: Record<keyof Counts, number> = {
    done: 0,
    duplicates: 0,
    unmatched: 0,
    retries: 0,
    held: 0,
    deadLetters: 0,
  };
  #lastError: LastError | undefined;

  get counts(): Counts {
    return { ...this.#counts };
  }

  get lastError(): LastError | undefined {
    return this.#lastError;
  }

  saw(outcome: Outcome, inbound: Pick<InboundMessage, 'id'>): void {
    this.#counts[countOf(outcome)] += 1;
    if (outcome.kind === 'ack') return;
    this.#lastError = { error: outcome.cause, at: new Date(), messageId: inbound.id };
  }
}
