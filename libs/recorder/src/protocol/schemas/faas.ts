import { flag, maybe, object, text } from './fields.js';

export const faas = object({
  id: maybe(text),
  name: maybe(text),
  version: maybe(text),
  execution: maybe(text),
  coldstart: maybe(flag),
  trigger: maybe(object({ type: maybe(text), request_id: maybe(text) })),
});

export const otel = object({ span_kind: maybe(text), attributes: maybe(object({})) });
