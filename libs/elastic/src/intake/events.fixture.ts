import { z } from 'zod';
import { eventContext, spanContext } from './context.fixture.js';
import {
  amount,
  keyword,
  labels,
  link,
  longText,
  named,
  outcome,
  sampleRate,
  spanId,
  timestamp,
  traceId,
} from './fields.fixture.js';

const versioned = z.looseObject({ name: keyword.min(1), version: keyword.min(1) });

const metadata = z.looseObject({
  service: z.looseObject({ name: keyword.regex(/^[a-zA-Z0-9 _-]+$/), agent: versioned }),
});

const transaction = z.strictObject({
  id: spanId,
  trace_id: traceId,
  parent_id: spanId.optional(),
  name: keyword,
  type: keyword,
  duration: amount,
  timestamp,
  result: keyword,
  outcome,
  sampled: z.boolean(),
  sample_rate: sampleRate.optional(),
  span_count: z.object({ started: z.int().min(0), dropped: z.int().min(1).optional() }),
  context: eventContext.optional(),
  links: z.array(link).min(1).optional(),
  dropped_spans_stats: z.array(z.looseObject({})).optional(),
});

const composite = z.object({
  compression_strategy: z.enum(['exact_match', 'same_kind']),
  count: z.int().min(2),
  sum: amount,
});

const span = z.strictObject({
  id: spanId,
  transaction_id: spanId,
  parent_id: spanId,
  trace_id: traceId,
  name: keyword,
  type: keyword,
  subtype: keyword.nullish(),
  action: keyword.nullish(),
  timestamp,
  duration: amount,
  sync: z.boolean(),
  outcome,
  sample_rate: sampleRate.optional(),
  context: spanContext.optional(),
  composite: composite.optional(),
  links: z.array(link).min(1).optional(),
  stacktrace: z.array(z.looseObject({})).optional(),
});

const exception = z.looseObject({
  message: longText,
  type: keyword,
  attributes: z.looseObject({}).optional(),
  stacktrace: z.array(z.looseObject({ function: z.string(), filename: z.string() })),
});

const error = z
  .looseObject({
    id: traceId,
    timestamp,
    trace_id: traceId,
    parent_id: spanId,
    transaction_id: spanId,
    transaction: named.extend({ type: keyword, sampled: z.boolean() }),
    context: eventContext,
    exception: exception.optional(),
    log: z.looseObject({ message: longText }).optional(),
  })
  .refine(({ exception, log }) => exception !== undefined || log !== undefined, 'says nothing');

const metricset = z.looseObject({
  timestamp,
  tags: labels.optional(),
  samples: z.record(z.string(), z.looseObject({})),
});

/** A line of the intake stream: one event of any kind (elastic/apm-data, intake v2). */
export const intakeLine = z
  .strictObject({
    metadata: metadata.optional(),
    transaction: transaction.optional(),
    span: span.optional(),
    error: error.optional(),
    metricset: metricset.optional(),
  })
  .refine((line) => Object.keys(line).length === 1, 'is not one event');

export type IntakeLine = z.infer<typeof intakeLine>;
export type SentTransaction = z.infer<typeof transaction>;
export type SentSpan = z.infer<typeof span>;
export type SentError = z.infer<typeof error>;
