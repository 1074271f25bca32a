import { z } from 'zod';
import { eventContext } from './event-context.js';
import { faas, otel } from './faas.js';
import { amount, flag, keyword, link, maybe, natural, object, outcome, text } from './fields.js';

const droppedSpans = object({
  destination_service_resource: maybe(keyword),
  service_target_type: maybe(text.max(512)),
  service_target_name: maybe(text.max(512)),
  outcome: maybe(outcome),
  duration: maybe(
    object({ count: maybe(z.int().min(1)), sum: maybe(object({ us: maybe(natural) })) }),
  ),
});

const experience = object({
  cls: maybe(amount),
  fid: maybe(amount),
  tbt: maybe(amount),
  longtask: maybe(object({ count: natural, max: amount, sum: amount })),
});

/** The schema of a transaction. Source: apm-data `docs/spec/v2/transaction.json`. */
export const transaction = object({
  id: keyword,
  trace_id: keyword,
  parent_id: maybe(keyword),
  name: maybe(keyword),
  type: keyword,
  duration: amount,
  timestamp: maybe(z.int()),
  result: maybe(keyword),
  outcome: maybe(outcome),
  sampled: maybe(flag),
  sample_rate: maybe(z.number()),
  span_count: object({ started: z.int(), dropped: maybe(z.int()) }),
  context: maybe(eventContext),
  links: maybe(z.array(link)),
  dropped_spans_stats: maybe(z.array(droppedSpans)),
  experience: maybe(experience),
  faas: maybe(faas),
  marks: maybe(z.record(z.string(), maybe(z.record(z.string(), maybe(z.number()))))),
  otel: maybe(otel),
  session: maybe(object({ id: keyword, sequence: maybe(z.int().min(1)) })),
});
