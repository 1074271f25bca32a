import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { types } from 'node:util';
import { headersFrom, printable, ThroughlineError, type Headers } from '#base';

/** SQS takes no more than ten attributes with a message. */
export const MAX_ATTRIBUTES = 10;

/** Of what is shown in an error. */
const LONGEST_SHOWN = 300;

type Attributes = Record<string, MessageAttributeValue>;

/** As SQS has them, with their types, by a map without a prototype. */
export type ReceivedAttributes = Readonly<Attributes>;

/** What SQS accepts as the text of an attribute: no control characters, and no lone surrogates. */
export const isText = (value: string): boolean =>
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  value.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(value);

/** What SQS accepts as the name of an attribute. */
export const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.)(?!.*\.\.)[\w-][\w.-]{0,255}(?<!\.)$/i;

/** The client reads an attribute of this name without its value (smithy-typescript), so that it must never be sent. */
const UNREADABLE_NAME = '__proto__';

/** The attributes of a message that came, without those that have no value: the client has lost it. */
export function attributesIn({ MessageAttributes = {} }: Message): ReceivedAttributes {
  const attributes = noAttributes();
  for (const [name, value] of Object.entries<MessageAttributeValue | undefined>(
    MessageAttributes,
  )) {
    if (value !== undefined && valueOf(value) !== undefined) attributes[name] = value;
  }
  return attributes;
}

/** Reads a message's attributes as headers: numbers as their text. */
export const headersOf = (attributes: ReceivedAttributes): Headers =>
  headersFrom(
    Object.entries(attributes).flatMap(([name, attribute]) => {
      const value = valueOf(attribute);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );

const valueOf = ({
  StringValue,
  BinaryValue,
}: MessageAttributeValue): string | Uint8Array | undefined => StringValue ?? BinaryValue;

/** Without a prototype: an attribute may be called `constructor`. */
const noAttributes = (): Attributes => Object.create(null) as Attributes;

/** Whoever publishes from JavaScript, or casts, may give anything. */
function attributeOf(name: string, value: unknown): MessageAttributeValue {
  const shown = printable(name, LONGEST_SHOWN);
  if (!ATTRIBUTE_NAME.test(name) || name === UNREADABLE_NAME) {
    throw invalid(
      `"${shown}" is no name for an attribute (letters, digits, "_", "-", "."; not beginning with "AWS." or "Amazon.")`,
    );
  }
  if (typeof value !== 'string' && !types.isUint8Array(value)) {
    throw invalid(`the header "${shown}" is neither text nor bytes, but ${kindOf(value)}`);
  }
  if (value.length === 0) throw invalid(`the header "${shown}" is empty`);
  if (typeof value !== 'string') return { DataType: 'Binary', BinaryValue: value };
  if (!isText(value)) throw invalid(`the header "${shown}" has characters that SQS refuses`);
  return { DataType: 'String', StringValue: value };
}

const kindOf = (value: unknown): string => (value === null ? 'null' : `of type ${typeof value}`);

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
  const attributes = noAttributes();
  for (const name of names) {
    const given: unknown = headers[name];
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    if (values.length > 1) {
      throw invalid(
        `the header "${printable(name, LONGEST_SHOWN)}" has several values, and SQS takes one`,
      );
    }
    const [value] = values;
    if (value !== undefined) attributes[name] = attributeOf(name, value);
  }
  return attributes;
}

const invalid = (what: string): ThroughlineError =>
  new ThroughlineError('TL_SQS_HEADER_INVALID', `The message cannot go to SQS: ${what}.`);
