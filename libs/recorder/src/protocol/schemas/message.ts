import { z } from 'zod';
import { headers, maybe, named, object, text } from './fields.js';

/** The schema of `context.message`. As in the server's schema, a negative age is valid. findings.ts reports it. */
export const message = object({
  age: maybe(object({ ms: maybe(z.int()) })),
  body: maybe(text),
  headers: maybe(headers),
  queue: maybe(named),
  routing_key: maybe(text),
});
