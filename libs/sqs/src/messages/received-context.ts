import type { Message } from '@aws-sdk/client-sqs';
import { firstHeader, type Headers } from '#base';
import { readContext, readXrayHeader, type MessageContext } from 'throughline/tracing';

const NONE: MessageContext = {};

/** What every envelope of SNS has, so that hardly any other body is parsed for it. */
const OF_AN_ENVELOPE = '"TopicArn"';

/**
 * Finds the trace context that a message of SQS brought: in its attributes; in SNS' envelope, which holds the attributes of the
 * message that was published there (https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html); else in AWS'
 * own header, which services of AWS set by themselves.
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
  if (!body.includes(OF_AN_ENVELOPE)) return NONE;
  try {
    const attributes = fieldOf(JSON.parse(body), 'MessageAttributes');
    return readContext((name) => {
      const value = fieldOf(fieldOf(attributes, name), 'Value');
      return typeof value === 'string' ? value : undefined;
    });
  } catch {
    return NONE; // it only looked like one
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
