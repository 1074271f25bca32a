import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { ContextPropagation, Outbound } from 'throughline/transport';
import { formatXrayHeader, parseTraceparent } from 'throughline/tracing';
import { sizeOf } from '../client/request-size.js';
import { MAX_ATTRIBUTES } from './attributes.js';

type Attributes = Readonly<Record<string, MessageAttributeValue>>;
type Context = Pick<Outbound, 'traceparent' | 'tracestate'>;

const text = (value: string): MessageAttributeValue => ({
  DataType: 'String',
  StringValue: value,
});

/** The attributes of a message, with as much of the trace context as fits. */
export interface Traced {
  readonly attributes: Attributes;
  /** The system attributes of a message. They count neither towards the limit of ten attributes nor towards the message size. */
  readonly systemAttributes?: { readonly AWSTraceHeader: MessageAttributeValue };
  readonly propagation: ContextPropagation;
}

/**
 * Adds the trace context to the attributes: both headers if they fit, otherwise `traceparent` alone, otherwise `AWSTraceHeader`. It
 * never overwrites the user's attributes, and a send never fails because of the trace (elastic/apm, tracing-instrumentation-aws:
 * add no more than ten attributes, and log what was left out).
 *
 * @param bytes how many bytes may be added to the message
 */
export function withContext(attributes: Attributes, context: Context, bytes: number): Traced {
  const { traceparent, tracestate } = context;
  if (traceparent === undefined || 'traceparent' in attributes) {
    return { attributes, propagation: 'whole' };
  }
  const fits = (more: Attributes): boolean =>
    Object.keys(attributes).length + Object.keys(more).length <= MAX_ATTRIBUTES &&
    sizeOf({ MessageBody: '', MessageAttributes: more }) <= bytes;
  const parent = { traceparent: text(traceparent) };
  if (!fits(parent)) return withXrayHeader(attributes, traceparent);
  const isStateless = tracestate === undefined || 'tracestate' in attributes;
  const both = isStateless ? parent : { ...parent, tracestate: text(tracestate) };
  return fits(both)
    ? { attributes: { ...attributes, ...both }, propagation: 'whole' }
    : { attributes: { ...attributes, ...parent }, propagation: 'traceparent' };
}

function withXrayHeader(attributes: Attributes, traceparent: string): Traced {
  const context = parseTraceparent(traceparent);
  if (context === undefined) return { attributes, propagation: 'none' };
  const systemAttributes = { AWSTraceHeader: text(formatXrayHeader(context)) };
  return { attributes, systemAttributes, propagation: 'xray' };
}
