import type { Context, Span } from '@opentelemetry/api';
import type { End, TraceIds, Work } from 'throughline/tracing';
import { describeLabels } from './attributes.js';
import { reportError } from './report-error.js';
import type { Setting } from './setting.js';

/** What a message at work is made of. */
export interface SpanWorkParts {
  readonly span: Span;
  readonly ids: TraceIds | undefined;
  /** Where the span is current. */
  readonly entered: Context;
  /** What else is to be said when it has ended, while its span is still open. */
  readonly conclude: (end: End) => void;
  /** What is measured, whether it is recorded or not. */
  readonly measure: (end: End) => void;
}

/** A message, or a batch of them, at work, as a span. */
export class SpanWork implements Work {
  readonly ids: TraceIds | undefined;
  readonly #setting: Setting;
  readonly #parts: SpanWorkParts;
  #ended = false;

  constructor(setting: Setting, parts: SpanWorkParts) {
    this.#setting = setting;
    this.#parts = parts;
    this.ids = parts.ids;
  }

  run<R>(work: () => R): R {
    const { api, guard } = this.#setting;
    const { entered } = this.#parts;
    return guard.around(
      (inside) => api.context.with(this.#ended ? api.ROOT_CONTEXT : entered, inside),
      work,
    );
  }

  end(end: End): void {
    if (this.#ended) return;
    this.#ended = true;
    const { guard, losses } = this.#setting;
    const { span, measure } = this.#parts;
    guard.attempt(() => this.#conclude(end));
    // By itself, so that a span ends whatever went wrong before.
    guard.attempt(() => {
      span.end();
      losses.look();
    });
    guard.attempt(() => measure(end));
  }

  #conclude(end: End): void {
    const { span, conclude } = this.#parts;
    if (!span.isRecording()) return;
    if (end.labels !== undefined) span.setAttributes(describeLabels(end.labels));
    if (end.failed) reportError(this.#setting.api, span, end.error);
    conclude(end);
  }
}
