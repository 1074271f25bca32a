import type { Span, Transaction } from 'elastic-apm-node';
import type { Labels, Outgoing, Sending } from 'throughline/tracing';
import { isOutcomeOpen, isReported, type Propagation } from '../agent/internals.js';
import { reportError } from './report-error.js';
import type { Setting } from '../agent/access.js';

/** What a send was opened with. */
export interface OpenedSend {
  readonly to: Outgoing;
  readonly transaction: Transaction;
  /** Absent where the trace is not sampled. */
  readonly span: Span | null;
  readonly propagation: Propagation | undefined;
}

/** A send at work, as an exit span. */
export class SpanSending implements Sending {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  readonly #setting: Setting;
  readonly #opened: OpenedSend;
  #ended = false;

  constructor(setting: Setting, opened: OpenedSend) {
    this.#setting = setting;
    this.#opened = opened;
    this.traceparent = opened.propagation?.traceparent;
    this.tracestate = opened.propagation?.tracestate;
  }

  end(error?: unknown, labels?: Labels): void {
    if (this.#ended) return;
    this.#ended = true;
    const { span } = this.#opened;
    const { guard } = this.#setting;
    guard.attempt(() => {
      this.#conclude(error, labels);
    });
    if (span === null) return;
    // By itself, so that a span ends whatever went wrong before.
    guard.attempt(() => {
      span.end();
    });
  }

  #conclude(error: unknown, labels: Labels | undefined): void {
    const { span, transaction, to } = this.#opened;
    if (error !== undefined) {
      const parent = isReported(span) ? span : transaction;
      reportError(this.#setting.agent, error, parent, { ...to.facts, ...labels });
    }
    if (span === null) return;
    if (labels !== undefined) span.addLabels(labels, false);
    if (isOutcomeOpen(span)) span.setOutcome(error === undefined ? 'success' : 'failure');
  }
}
