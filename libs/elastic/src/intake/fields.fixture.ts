import { z } from 'zod';

/*
 * Source: elastic/apm-data, input/elasticapm/docs/spec/v2 (maxLength, types). These schemas are stricter where that source
 * accepts too much.
 */

const hex = (digits: number): z.ZodString =>
  z.string().regex(new RegExp(`^(?!0+$)[0-9a-f]{${digits}}$`), `is no id of ${digits} digits`);

export const spanId = hex(16);
/** Also the form of an error's id (elastic/apm, error-tracking). */
export const traceId = hex(32);

/** A short text that Elasticsearch indexes as a keyword. */
export const keyword = z.string().max(1_024);
export const longText = z.string().max(10_000);
export const amount = z.number().nonnegative();
/** Whole microseconds since the epoch. A time in milliseconds would be in 1970, and is refused. */
export const timestamp = z.number().min(Date.UTC(2015) * 1_000);
export const outcome = z.enum(['success', 'failure', 'unknown']);
export const sampleRate = z.number().min(0).max(1);

export const link = z.object({ trace_id: traceId, span_id: spanId });
export const labels = z.record(z.string(), z.union([keyword, z.number(), z.boolean()]));
export const named = z.object({ name: keyword });

/** A negative age is refused: the server would read -5 as 18446744073709551611. */
export const message = z.object({
  queue: named.optional(),
  age: z.object({ ms: z.int().nonnegative() }).optional(),
  body: longText.optional(),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  routing_key: z.string().optional(),
});
