import type { Message } from '@aws-sdk/client-sqs';
import { firstHeader, type Headers } from '#base';
import { readContext, readXrayHeader, type MessageContext } from 'throughline/tracing';

const NONE: MessageContext = {};

/** A text that every SNS envelope contains. Checking for this text first avoids parsing most other bodies. */
const ENVELOPE_FIELD = '"TopicArn"';

/**
 * Finds the trace context of a received message: first in its attributes, then in an SNS envelope, which contains the attributes of
 * the published message (https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html), and finally in
 * `AWSTraceHeader`, which AWS services set themselves.
 */
export function receivedContext(headers: Headers, { Body, Attributes }: Message): MessageContext {
  const own = readContext((name) => firstHeader(headers, name));
  if (own.traceparent !== undefined) return own;
  const enveloped = inEnvelope(Body ?? '');
  if (enveloped.traceparent !== undefined) return enveloped;
  const traceparent = readXrayHeader(Attributes?.AWSTraceHeader ?? '');
  if (traceparent !== undefined) return { traceparent };
  return own.malformed === undefined ? enveloped : own;
}

function inEnvelope(body: string): MessageContext {
  if (!body.includes(ENVELOPE_FIELD)) return NONE;
  try {
    const attributes = fieldOf(JSON.parse(body), 'MessageAttributes');
    return readContext((name) => {
      const value = fieldOf(fieldOf(attributes, name), 'Value');
      return typeof value === 'string' ? value : undefined;
    });
  } catch {
    return NONE; // not an envelope
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
