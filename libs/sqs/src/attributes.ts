import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { firstHeader, ThroughlineError, type Headers, type HeaderValue } from 'throughline';

/** SQS takes no more than ten attributes with a message. */
export const MAX_ATTRIBUTES = 10;

type Attributes = Record<string, MessageAttributeValue>;

/** What SQS accepts as the text of an attribute: no control characters, and no lone surrogates. */
const isText = (value: string): boolean =>
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  value.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(value);

const NAME = /^(?!aws\.|amazon\.)(?!.*\.\.)[\w-][\w.-]{0,255}(?<!\.)$/i;

/** Reads a message's attributes as headers: numbers as their text. */
export function headersOf(attributes: Message['MessageAttributes']): Headers {
  const headers: Record<string, HeaderValue> = {};
  for (const [name, { StringValue, BinaryValue }] of Object.entries(attributes ?? {})) {
    const value = StringValue ?? BinaryValue;
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

function attributeOf(name: string, value: HeaderValue): MessageAttributeValue {
  if (!NAME.test(name)) {
    throw invalid(`"${name}" is no name for an attribute (letters, digits, "_", "-", ".")`);
  }
  if (value.length === 0) throw invalid(`the header "${name}" is empty`);
  if (typeof value !== 'string') return { DataType: 'Binary', BinaryValue: value };
  if (!isText(value)) throw invalid(`the header "${name}" has characters that SQS refuses`);
  return { DataType: 'String', StringValue: value };
}

/**
 * Writes headers as attributes.
 *
 * @throws ThroughlineError `TL_SQS_HEADER_INVALID` for what SQS would refuse, before it is asked.
 */
export function attributesOf(headers: Headers): Attributes {
  const names = Object.keys(headers);
  if (names.length > MAX_ATTRIBUTES) {
    throw invalid(`there are ${names.length} headers, and SQS takes ${MAX_ATTRIBUTES}`);
  }
  const attributes: Attributes = {};
  for (const name of names) {
    const all = headers[name];
    if (Array.isArray(all) && all.length > 1) {
      throw invalid(`the header "${name}" has several values, and SQS takes one`);
    }
    const value = firstHeader(headers, name);
    if (value !== undefined) attributes[name] = attributeOf(name, value);
  }
  return attributes;
}

const invalid = (what: string): ThroughlineError =>
  new ThroughlineError('TL_SQS_HEADER_INVALID', `The message cannot go to SQS: ${what}.`);
