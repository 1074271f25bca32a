import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { Outbound } from 'throughline';
import { MAX_ATTRIBUTES } from './attributes.js';

type Attributes = Readonly<Record<string, MessageAttributeValue>>;

const text = (value: string): MessageAttributeValue => ({
  DataType: 'String',
  StringValue: value,
});

/** The attributes with the trace context in them, as far as there was room, and whether all of it went in. */
export interface Traced {
  readonly attributes: Attributes;
  readonly isWhole: boolean;
}

/**
 * Writes the trace context beside the user's own attributes, and never over them: both headers, else `traceparent` alone, else
 * none (elastic/apm, tracing-instrumentation-aws: not beyond ten attributes, and say that it was left out).
 */
export function withContext(
  attributes: Attributes,
  { traceparent, tracestate }: Pick<Outbound, 'traceparent' | 'tracestate'>,
): Traced {
  if (traceparent === undefined || 'traceparent' in attributes) {
    return { attributes, isWhole: true };
  }
  const room = MAX_ATTRIBUTES - Object.keys(attributes).length;
  if (room === 0) return { attributes, isWhole: false };
  const withParent = { ...attributes, traceparent: text(traceparent) };
  if (tracestate === undefined || 'tracestate' in attributes) {
    return { attributes: withParent, isWhole: true };
  }
  if (room === 1) return { attributes: withParent, isWhole: false };
  return { attributes: { ...withParent, tracestate: text(tracestate) }, isWhole: true };
}
