import { z } from 'zod';

/** The schema of a short text that Elasticsearch indexes as a keyword. Limit: apm-data `docs/spec/v2`, `maxLength`. */
export const keyword = z.string().max(1024);
export const text = z.string();
export const flag = z.boolean();
export const natural = z.int().nonnegative();
export const amount = z.number().nonnegative();
export const free = z.looseObject({});

/**
 * Creates the schema of an object with the given known fields. Unknown fields are kept, although the server ignores them, because
 * a test may check them.
 */
export const object = z.looseObject;

/** Makes a field optional. An agent may omit it or send `null`. The server accepts both. */
export const maybe = <T extends z.ZodType>(type: T): z.ZodOptional<z.ZodNullable<T>> =>
  type.nullish();

/** The schema of labels. Labels are flat: they contain no objects and no lists. */
export const labels = z.record(z.string(), z.union([keyword, flag, z.number(), z.null()]));

export const headers = z.record(z.string(), z.union([z.string(), z.array(z.string()), z.null()]));

export const outcome = z.enum(['success', 'failure', 'unknown']);

export const link = object({ trace_id: keyword, span_id: keyword });

export const named = object({ name: maybe(keyword) });
