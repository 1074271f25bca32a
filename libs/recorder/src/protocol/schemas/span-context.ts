import { z } from 'zod';
import { headers, keyword, labels, maybe, object, text } from './fields.js';
import { message } from './message.js';
import { eventService } from './service.js';

const db = object({
  instance: maybe(text),
  link: maybe(keyword),
  rows_affected: maybe(z.int()),
  statement: maybe(text),
  type: maybe(text),
  user: maybe(text),
});

const destination = object({
  address: maybe(keyword),
  port: maybe(z.int()),
  service: maybe(object({ resource: keyword, name: maybe(keyword), type: maybe(keyword) })),
  // The server's schema does not have this field, and its decoder drops it. The specification for agents requires it (elastic/apm
  // AWS:32).
  cloud: maybe(object({ region: maybe(keyword) })),
});

const http = object({
  method: maybe(keyword),
  url: maybe(text),
  status_code: maybe(z.int()),
  request: maybe(object({ id: maybe(text) })),
  response: maybe(
    object({
      status_code: maybe(z.int()),
      headers: maybe(headers),
      decoded_body_size: maybe(z.int()),
      encoded_body_size: maybe(z.int()),
      transfer_size: maybe(z.int()),
    }),
  ),
});

/** The schema of the `context` of a span. */
export const spanContext = object({
  db: maybe(db),
  destination: maybe(destination),
  http: maybe(http),
  message: maybe(message),
  service: maybe(eventService),
  tags: maybe(labels),
});
