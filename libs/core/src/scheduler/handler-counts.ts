import type { Outcome } from 'throughline/transport';
import type { InboundMessage } from 'throughline/transport';

/** What a handler's messages came to, since the start of the process. */
export interface Counts {
  readonly done: number;
  /** Acked without a run, because what they ask for had been done. */
  readonly duplicates: number;
  /** Acked without a run, because no guard took them. */
  readonly unmatched: number;
  /** Runs that failed by the message's own fault, and that are not the last. */
  readonly retries: number;
  /** Messages that had to wait for something else: a broker or store that was away, another run's lease. */
  readonly held: number;
  readonly deadLetters: number;
}

/** The error that a handler met last. */
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

/** Counts what becomes of a handler's messages. */
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
