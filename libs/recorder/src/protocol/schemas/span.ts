import { z } from 'zod';
import { otel } from './faas.js';
import { amount, flag, keyword, link, maybe, object, outcome, text } from './fields.js';
import { spanContext } from './span-context.js';
import { stacktrace } from './stacktrace.js';

/** The schema of a span. Source: apm-data `docs/spec/v2/span.json`. */
export const span = object({
  id: keyword,
  trace_id: keyword,
  parent_id: keyword,
  transaction_id: maybe(keyword),
  name: keyword,
  type: keyword,
  subtype: maybe(keyword),
  action: maybe(keyword),
  duration: amount,
  timestamp: maybe(z.int()),
  start: maybe(z.number()),
  outcome: maybe(outcome),
  sample_rate: maybe(z.number()),
  sync: maybe(flag),
  child_ids: maybe(z.array(keyword)),
  composite: maybe(object({ compression_strategy: text, count: z.int().min(2), sum: amount })),
  context: maybe(spanContext),
  links: maybe(z.array(link)),
  otel: maybe(otel),
  stacktrace: maybe(stacktrace),
}).refine(
  ({ start, timestamp }) => typeof start === 'number' || typeof timestamp === 'number',
  'needs a timestamp or a start',
);
