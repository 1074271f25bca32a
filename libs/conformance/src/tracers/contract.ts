import type { Labels, TraceIds, Tracer } from 'throughline/tracing';

/** A span that a tracer has reported, with names that do not depend on the vendor. */
export interface TracedSpan extends TraceIds {
  readonly name: string;
  /** Absent for a root. */
  readonly parentId?: string | undefined;
  readonly links: readonly TraceIds[];
  /** What the span shows: one run with a message, one call of a batch handler, one send, or something else. */
  readonly kind: 'process' | 'batch' | 'send' | 'other';
  readonly failed: boolean;
  /** The labels of the span by Throughline's own names: `outcome`, `attempt`, `handler`. */
  readonly labels: Labels;
}

/** A running tracer, and the spans that it has reported. */
export interface OpenTracer {
  readonly tracer: Tracer;
  /** Returns all spans that the tracer has reported, after a flush. */
  readonly spans: () => Promise<readonly TracedSpan[]>;
  /** Returns what a server would reject, one line each. Absent if that is not checked. */
  readonly problems?: () => readonly string[];
  readonly close: () => Promise<void>;
}

/** The tracer under test, as the suite uses it. */
export interface TracerSubject {
  /**
   * Whether the tracer records anything. The tracer `none` does not, but the suite tests that it does nothing that a tracer must
   * not do.
   */
  readonly records: boolean;
  /** Opens a tracer for a test case. Only one tracer is open at a time. */
  readonly open: () => Promise<OpenTracer>;
  /** Opens the tracer with a vendor whose every call throws. Default: the tracer has no vendor. */
  readonly broken?: () => Promise<Pick<OpenTracer, 'tracer' | 'close'>>;
}
