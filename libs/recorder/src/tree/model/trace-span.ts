/** A transaction or a span of a trace, as it appears in the demo's JSON document. */
export interface TraceSpan {
  readonly id: string;
  /** The id of the parent. `null` for the root of the trace. */
  readonly parentId: string | null;
  readonly traceId: string;
  readonly service: string;
  readonly name: string;
  readonly type: string;
  /**
   * The subtype of the span, such as `sqs` or `kafka`. `null` for a transaction, because transactions have no subtype in
   * Elastic's protocol.
   */
  readonly subtype: string | null;
  /** The action of the span, such as `send` or `receive`. `null` for transactions. */
  readonly action: string | null;
  readonly kind: 'transaction' | 'span';
  /**
   * The start of the span, in milliseconds since the first start in the trace. May be a fraction, because agents report
   * microseconds.
   */
  readonly startMs: number;
  /** The duration in milliseconds. May be a fraction. */
  readonly durationMs: number;
  readonly outcome: 'success' | 'failure' | 'unknown';
}
