import type { Labels, TraceIds, Tracer } from 'throughline/tracing';

/** A reported span, by names that do not depend on the vendor. */
export interface TracedSpan extends TraceIds {
  readonly name: string;
  /** Absent for a root. */
  readonly parentId?: string | undefined;
  readonly links: readonly TraceIds[];
  /** One run over a message, one call of a batch handler, one send, or something else. */
  readonly kind: 'process' | 'batch' | 'send' | 'other';
  readonly failed: boolean;
  /** The labels by names of our own: `outcome`, `attempt`, `handler`. */
  readonly labels: Labels;
}

/** A running tracer, and what it reports. */
export interface OpenTracer {
  readonly tracer: Tracer;
  /** All spans that it has reported, after a flush. */
  readonly spans: () => Promise<readonly TracedSpan[]>;
  /** What a server would reject, if that is checked: one line each. */
  readonly problems?: () => readonly string[];
  readonly close: () => Promise<void>;
}

/** The tracer under test. */
export interface TracerSubject {
  /** Whether it records anything. The tracer `none` does not, but is tested for what no tracer may do. */
  readonly records: boolean;
  /** Called for each test case; only one tracer is open at a time. */
  readonly open: () => Promise<OpenTracer>;
  /** The tracer with a vendor whose every call throws. Default: the tracer has no vendor. */
  readonly broken?: () => Promise<Pick<OpenTracer, 'tracer' | 'close'>>;
}
