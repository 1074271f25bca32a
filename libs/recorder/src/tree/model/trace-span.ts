/** A transaction or a span of a trace, as it appears in the demo's JSON document. */
export interface TraceSpan {
  readonly id: string;
  /** `null` for the root of the trace. */
  readonly parentId: string | null;
  readonly traceId: string;
  readonly service: string;
  readonly name: string;
  readonly type: string;
  /** `sqs`, `kafka`, …; `null` for transactions, which have none in Elastic's protocol. */
  readonly subtype: string | null;
  /** `send`, `receive`, …; `null` for transactions. */
  readonly action: string | null;
  readonly kind: 'transaction' | 'span';
  /** Fractional milliseconds since the first start in the trace. Agents report microseconds. */
  readonly startMs: number;
  /** Milliseconds, with fractions. */
  readonly durationMs: number;
  readonly outcome: 'success' | 'failure' | 'unknown';
}
