import { z } from 'zod';
import { eventContext } from './event-context.js';
import { flag, free, keyword, maybe, object, text } from './fields.js';
import { stacktrace } from './stacktrace.js';

const exception = object({
  type: maybe(keyword),
  message: maybe(text),
  code: maybe(z.union([keyword, z.int()])),
  module: maybe(keyword),
  handled: maybe(flag),
  attributes: maybe(free),
  cause: maybe(z.array(free)),
  stacktrace: maybe(stacktrace),
}).refine(
  ({ type, message }) => typeof type === 'string' || typeof message === 'string',
  'needs a type or a message',
);

const log = object({
  message: text,
  level: maybe(keyword),
  logger_name: maybe(keyword),
  param_message: maybe(keyword),
  stacktrace: maybe(stacktrace),
});

const about = object({ name: maybe(keyword), type: maybe(keyword), sampled: maybe(flag) });

/**
 * Lists pairs of ids of an error: if the first id is present, the second one is required. Source: apm-data
 * `docs/spec/v2/error.json`, `allOf`.
 */
const idsThatAskForOthers = [
  ['transaction_id', 'parent_id'],
  ['transaction_id', 'trace_id'],
  ['trace_id', 'parent_id'],
  ['parent_id', 'trace_id'],
] as const;

/** The schema of an error. Source: apm-data `docs/spec/v2/error.json`. */
export const error = object({
  id: keyword,
  trace_id: maybe(keyword),
  transaction_id: maybe(keyword),
  parent_id: maybe(keyword),
  timestamp: maybe(z.int()),
  culprit: maybe(keyword),
  exception: maybe(exception),
  log: maybe(log),
  context: maybe(eventContext),
  transaction: maybe(about),
}).superRefine((event, context) => {
  if (!event.exception && !event.log) context.addIssue('needs an exception or a log');
  for (const [given, asked] of idsThatAskForOthers) {
    if (typeof event[given] === 'string' && typeof event[asked] !== 'string') {
      context.addIssue({ code: 'custom', path: [asked], message: `is required beside ${given}` });
    }
  }
});
