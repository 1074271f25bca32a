import { z } from 'zod';
import { flag, free, headers, keyword, labels, maybe, object, text } from './fields.js';
import { message } from './message.js';
import { eventService } from './service.js';
import { user } from './user.js';

const url = object({
  full: maybe(keyword),
  hash: maybe(keyword),
  hostname: maybe(keyword),
  pathname: maybe(keyword),
  port: maybe(z.union([keyword, z.int()])),
  protocol: maybe(keyword),
  raw: maybe(keyword),
  search: maybe(keyword),
});

const request = object({
  method: keyword,
  body: maybe(z.union([text, free])),
  cookies: maybe(free),
  env: maybe(free),
  headers: maybe(headers),
  http_version: maybe(keyword),
  socket: maybe(object({ encrypted: maybe(flag), remote_address: maybe(text) })),
  url: maybe(url),
});

const response = object({
  status_code: maybe(z.int()),
  finished: maybe(flag),
  headers: maybe(headers),
  headers_sent: maybe(flag),
  decoded_body_size: maybe(z.int()),
  encoded_body_size: maybe(z.int()),
  transfer_size: maybe(z.int()),
});

const origin = object({
  account: maybe(object({ id: maybe(text) })),
  provider: maybe(text),
  region: maybe(text),
  service: maybe(object({ name: maybe(text) })),
});

/** The schema of the `context` of a transaction or an error. Both use the same schema. */
export const eventContext = object({
  cloud: maybe(object({ origin: maybe(origin) })),
  custom: maybe(free),
  message: maybe(message),
  page: maybe(object({ referer: maybe(text), url: maybe(text) })),
  request: maybe(request),
  response: maybe(response),
  service: maybe(eventService),
  tags: maybe(labels),
  user: maybe(user),
});
