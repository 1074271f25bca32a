import type { Context, Span } from '@opentelemetry/api';
import type { End, Incoming, TraceIds, Work } from 'throughline/tracing';
import { setLabels } from './attributes.js';
import { reportError } from './report-error.js';
import type { SdkAccess } from '../sdk/access.js';
import { settleSpan } from './settle-span.js';

/** The parts of a {@link SpanWork}. */
export interface SpanWorkParts {
  readonly span: Span;
  readonly ids: TraceIds | undefined;
  /** The context in which the span is current. */
  readonly entered: Context;
  /** The message whose outcome may have its own span. Absent for a batch. */
  readonly message?: Incoming;
  /** Records the metrics at the end, even if the span is not recorded. */
  readonly measure: ((end: End) => void) | undefined;
}

/** A message or batch in progress, shown as a span. */
export class SpanWork implements Work {
  readonly ids: TraceIds | undefined;
  readonly #access: SdkAccess;
  readonly #parts: SpanWorkParts;
  #ended = false;

  constructor(access: SdkAccess, parts: SpanWorkParts) {
    this.#access = access;
    this.#parts = parts;
    this.ids = parts.ids;
  }

  run<R>(work: () => R): R {
    const { api, guard } = this.#access;
    const { entered } = this.#parts;
    return guard.around(
      (inside) => api.context.with(this.#ended ? api.ROOT_CONTEXT : entered, inside),
      work,
    );
  }

  end(end: End): void {
    if (this.#ended) return;
    this.#ended = true;
    const { guard } = this.#access;
    const { measure } = this.#parts;
    guard.attempt(() => this.#conclude(end));
    // This is a separate attempt, so that the span ends even if the previous one failed.
    guard.attempt(() => this.#close());
    if (measure !== undefined) guard.attempt(() => measure(end));
  }

  #conclude({ failed, error, labels }: End): void {
    const { span, message, entered } = this.#parts;
    if (!span.isRecording()) return;
    if (labels !== undefined) setLabels(span, labels);
    if (failed) reportError(this.#access.api, span, error);
    if (message !== undefined) settleSpan(this.#access, message, labels, entered);
  }

  #close(): void {
    this.#parts.span.end();
    this.#access.losses.look();
  }
}
