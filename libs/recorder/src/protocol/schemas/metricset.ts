import { z } from 'zod';
import { faas } from './faas.js';
import { keyword, labels, maybe, named, natural, object, text } from './fields.js';
import { metricService } from './service.js';

const sample = object({
  type: maybe(text),
  unit: maybe(text),
  value: maybe(z.number()),
  values: maybe(z.array(z.number())),
  counts: maybe(z.array(natural)),
})
  .refine(
    ({ value, values }) => typeof value === 'number' || Array.isArray(values),
    'needs a value or values',
  )
  .refine(
    ({ counts, values }) => Array.isArray(counts) === Array.isArray(values),
    'needs counts and values together',
  );

const sampleName = z.string().regex(/^[^*"]*$/, 'may not hold * or "');

/** The schema of a metricset. Source: apm-data `docs/spec/v2/metricset.json`. */
export const metricset = object({
  samples: z.record(sampleName, maybe(sample)),
  timestamp: maybe(z.int()),
  tags: maybe(labels),
  faas: maybe(faas),
  service: maybe(metricService),
  span: maybe(object({ type: maybe(keyword), subtype: maybe(keyword) })),
  transaction: maybe(named.extend({ type: maybe(keyword) })),
});
