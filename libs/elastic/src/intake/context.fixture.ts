import { z } from 'zod';
import { keyword, labels, message, named } from './fields.fixture.js';

const cloudOrigin = z.object({
  provider: keyword,
  region: keyword,
  service: named,
});

/** The requests and responses of the agent's own HTTP transactions. Their content is not checked. */
const request = z.looseObject({ method: keyword, url: z.looseObject({}) });
const response = z.looseObject({ status_code: z.int() });

/** The `context` of a transaction or an error. The agent writes empty objects for parts that it does not know. */
export const eventContext = z.strictObject({
  user: z.looseObject({}).optional(),
  custom: z.looseObject({}).optional(),
  tags: labels.optional(),
  service: z.object({ framework: named.optional() }).optional(),
  cloud: z.object({ origin: cloudOrigin.optional() }).optional(),
  message: message.optional(),
  request: request.optional(),
  response: response.optional(),
});

const target = z
  .object({ type: keyword.optional(), name: keyword.optional() })
  .refine(({ type, name }) => type !== undefined || name !== undefined, 'needs a type or a name');

const destination = z.object({
  address: keyword.optional(),
  port: z.int().min(0).max(65_535).optional(),
  cloud: z.object({ region: keyword }).optional(),
  service: z.object({ resource: keyword.min(1), type: keyword, name: keyword }).optional(),
});

/** The `context` of a span. */
export const spanContext = z.strictObject({
  service: z.object({ target }).optional(),
  destination: destination.optional(),
  message: message.optional(),
  tags: labels.optional(),
  db: z.looseObject({}).optional(),
  http: z.looseObject({}).optional(),
});
