import type { Context, Span } from '@opentelemetry/api';
import type { End, Incoming, TraceIds, Work } from 'throughline/tracing';
import { setLabels } from './attributes.js';
import { reportError } from './report-error.js';
import type { Setting } from '../sdk/access.js';
import { settleSpan } from './settle-span.js';

/** What a message at work is made of. */
export interface SpanWorkParts {
  readonly span: Span;
  readonly ids: TraceIds | undefined;
  /** Where the span is current. */
  readonly entered: Context;
  /** The message whose outcome is told; a batch has none of its own. */
  readonly message?: Incoming;
  /** What is measured, whether it is recorded or not. */
  readonly measure: ((end: End) => void) | undefined;
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
    const { guard } = this.#setting;
    const { measure } = this.#parts;
    guard.attempt(() => this.#conclude(end));
    // By itself, so that a span ends whatever went wrong before.
    guard.attempt(() => this.#close());
    if (measure !== undefined) guard.attempt(() => measure(end));
  }

  #conclude({ failed, error, labels }: End): void {
    const { span, message, entered } = this.#parts;
    if (!span.isRecording()) return;
    if (labels !== undefined) setLabels(span, labels);
    if (failed) reportError(this.#setting.api, span, error);
    if (message !== undefined) settleSpan(this.#setting, message, labels, entered);
  }

  #close(): void {
    this.#parts.span.end();
    this.#setting.losses.look();
  }
}
