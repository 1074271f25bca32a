import type { Labels, TraceIds, Tracer } from 'throughline/tracing';

/** A span as a tracer reported it, whatever its standard calls it. */
export interface TracedSpan extends TraceIds {
  readonly name: string;
  /** Absent of a root. */
  readonly parentId?: string | undefined;
  readonly links: readonly TraceIds[];
  /** One run over a message, one call of a batch handler, one send, or something else. */
  readonly kind: 'process' | 'batch' | 'send' | 'other';
  readonly failed: boolean;
  /** What it shows of our own words by those: `outcome`, `attempt`, `handler`. */
  readonly labels: Labels;
}

/** A tracer at work, and what it reports. */
export interface OpenTracer {
  readonly tracer: Tracer;
  /** All that it has reported so far, once what has ended has been handed out. */
  readonly spans: () => Promise<readonly TracedSpan[]>;
  /** What a server would not take of it, where that is watched: one line each. */
  readonly problems?: () => readonly string[];
  readonly close: () => Promise<void>;
}

/** What the suite is run over. */
export interface TracerSubject {
  /** Whether it records anything: the tracer `none` does not, and what it must not do all the same is tested of it too. */
  readonly records: boolean;
  /** Opened anew for each test, one at a time. */
  readonly open: () => Promise<OpenTracer>;
  /** The same over a vendor whose every call throws. Default: it has no vendor. */
  readonly broken?: () => Promise<Pick<OpenTracer, 'tracer' | 'close'>>;
}
