import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { ContextPropagation, Outbound } from 'throughline/transport';
import { formatXrayHeader, parseTraceparent } from 'throughline/tracing';
import { MAX_ATTRIBUTES } from './attributes.js';
import { sizeOf } from '../client/request-size.js';

type Attributes = Readonly<Record<string, MessageAttributeValue>>;
type Context = Pick<Outbound, 'traceparent' | 'tracestate'>;

const text = (value: string): MessageAttributeValue => ({
  DataType: 'String',
  StringValue: value,
});

/** The attributes with the trace context in them, as far as there was room. */
export interface Traced {
  readonly attributes: Attributes;
  /** A system attribute: SQS counts it neither among the ten nor among the bytes of a message. */
  readonly systemAttributes?: { readonly AWSTraceHeader: MessageAttributeValue };
  readonly capacity: ContextPropagation;
}

/**
 * Writes the trace context beside the user's own attributes, and never over them: both headers, else `traceparent` alone, else
 * AWS' own header (elastic/apm, tracing-instrumentation-aws: not beyond ten attributes, and say that it was left out). A send
 * never fails for the trace's sake.
 *
 * @param bytes how much may be added to the message
 */
export function withContext(attributes: Attributes, context: Context, bytes: number): Traced {
  const { traceparent, tracestate } = context;
  if (traceparent === undefined || 'traceparent' in attributes) {
    return { attributes, capacity: 'whole' };
  }
  const fits = (more: Attributes): boolean =>
    Object.keys(attributes).length + Object.keys(more).length <= MAX_ATTRIBUTES &&
    sizeOf({ MessageBody: '', MessageAttributes: more }) <= bytes;
  const parent = { traceparent: text(traceparent) };
  if (!fits(parent)) return beside(attributes, traceparent);
  const isStateless = tracestate === undefined || 'tracestate' in attributes;
  const both = isStateless ? parent : { ...parent, tracestate: text(tracestate) };
  return fits(both)
    ? { attributes: { ...attributes, ...both }, capacity: 'whole' }
    : { attributes: { ...attributes, ...parent }, capacity: 'traceparent' };
}

function beside(attributes: Attributes, traceparent: string): Traced {
  const context = parseTraceparent(traceparent);
  if (context === undefined) return { attributes, capacity: 'none' };
  const systemAttributes = { AWSTraceHeader: text(formatXrayHeader(context)) };
  return { attributes, systemAttributes, capacity: 'xray' };
}
