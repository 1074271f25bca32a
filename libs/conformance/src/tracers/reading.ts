import assert from 'node:assert/strict';
import { parseTraceparent, type Sending, type TraceIds } from 'throughline/tracing';
import type { TracedSpan } from './contract.js';

/** The span with these ids; there must be exactly one. */
export function spanOf(spans: readonly TracedSpan[], ids: TraceIds | undefined): TracedSpan {
  const found = spans.filter(
    ({ traceId, spanId }) => traceId === ids?.traceId && spanId === ids.spanId,
  );
  const [span] = found;
  assert(
    span !== undefined && found.length === 1,
    `${found.length} spans are ${JSON.stringify(ids)}`,
  );
  return span;
}

export const ofKind = (
  spans: readonly TracedSpan[],
  kind: TracedSpan['kind'],
): readonly TracedSpan[] => spans.filter((span) => span.kind === kind);

export const linksOf = ({ links }: TracedSpan): readonly string[] =>
  links.map(({ traceId, spanId }) => `${traceId}/${spanId}`).toSorted();

export const linkTo = (traceId: string | undefined, spanId: string | undefined): string =>
  `${traceId ?? ''}/${spanId ?? ''}`;

/** The ids that were written into a message; throws if there are none. */
export function writtenBy({ traceparent }: Sending): TraceIds & { readonly sampled: boolean } {
  const context = parseTraceparent(traceparent ?? '');
  assert(context !== undefined, `"${traceparent ?? ''}" was written`);
  const { traceId, parentId, flags } = context;
  return { traceId, spanId: parentId, sampled: (flags & 1) === 1 };
}

/** Whether it is the same error object. A matcher would accept a copy, and fails for errors of another realm. */
export const isThe =
  (expected: unknown) =>
  (thrown: unknown): boolean =>
    thrown === expected;
