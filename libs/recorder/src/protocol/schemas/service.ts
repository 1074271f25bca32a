import { z } from 'zod';
import { keyword, maybe, named, object, text } from './fields.js';

export const serviceName = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[a-zA-Z0-9 _-]+$/, 'may hold letters, digits, blanks, _ and - only');

const versioned = object({ name: maybe(keyword), version: maybe(keyword) });

const target = object({ type: maybe(text), name: maybe(text) }).refine(
  ({ type, name }) => typeof type === 'string' || typeof name === 'string',
  'needs a type or a name',
);

/** The schema of the service in an event. An event has only those fields of its service that differ from the metadata. */
export const eventService = object({
  name: maybe(serviceName),
  version: maybe(keyword),
  environment: maybe(keyword),
  id: maybe(text),
  agent: maybe(versioned.extend({ ephemeral_id: maybe(keyword) })),
  framework: maybe(versioned),
  language: maybe(versioned),
  runtime: maybe(versioned),
  node: maybe(object({ configured_name: maybe(keyword) })),
  origin: maybe(object({ id: maybe(text), name: maybe(text), version: maybe(text) })),
  target: maybe(target),
});

/** The schema of the service in the metadata line. There, the name and the agent are required. */
export const metadataService = object({
  name: serviceName,
  version: maybe(keyword),
  environment: maybe(keyword),
  id: maybe(text),
  agent: object({
    name: keyword.min(1),
    version: keyword,
    ephemeral_id: maybe(keyword),
    activation_method: maybe(keyword),
  }),
  framework: maybe(versioned),
  language: maybe(object({ name: keyword, version: maybe(keyword) })),
  runtime: maybe(object({ name: keyword, version: keyword })),
  node: maybe(object({ configured_name: maybe(keyword) })),
});

export const metricService = named.extend({ version: maybe(keyword) });
