import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { types } from 'node:util';
import { headersFrom, printable, ThroughlineError, type Headers } from '#base';

/** The maximum number of attributes that SQS accepts with a message. */
export const MAX_ATTRIBUTES = 10;

/** The number of characters of an attribute's name that an error message shows. */
const LONGEST_SHOWN = 300;

type Attributes = Record<string, MessageAttributeValue>;

/** Attributes in the form in which SQS delivers them, with their types, in an object without a prototype. */
export type ReceivedAttributes = Readonly<Attributes>;

/** Whether SQS accepts a text as the value of an attribute: it must not contain control characters or lone surrogates. */
export const isText = (value: string): boolean =>
  // eslint-disable-next-line no-control-regex -- this looks for control characters
  value.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(value);

/**
 * Decodes bytes that SQS accepts as text. Returns `undefined` for other bytes. A byte order mark counts as text and is preserved.
 */
export function textIn(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  return isText(text) && Buffer.from(text).equals(bytes) ? text : undefined;
}

const ACCEPTED_NAME = /^(?!aws\.|amazon\.)(?!.*\.\.)[\w-][\w.-]{0,255}(?<!\.)$/i;

/**
 * Whether an attribute may have this name. SQS accepts `__proto__`, but the client loses the value of such an attribute
 * (smithy-typescript).
 */
export const isAttributeName = (name: string): boolean =>
  ACCEPTED_NAME.test(name) && name !== '__proto__';

/** Returns the attributes of a received message, except those whose value the client has lost. */
export function attributesIn({ MessageAttributes = {} }: Message): ReceivedAttributes {
  const attributes = noAttributes();
  for (const [name, value] of Object.entries<MessageAttributeValue | undefined>(
    MessageAttributes,
  )) {
    if (value !== undefined && valueOf(value) !== undefined) attributes[name] = value;
  }
  return attributes;
}

/** Converts attributes to headers. Numbers are converted to text. */
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

/** Creates an object for attributes. It has no prototype, because an attribute may be named `constructor`. */
const noAttributes = (): Attributes => Object.create(null) as Attributes;

/** Converts the value of a header to an attribute. The value may have any type, because publishers may use JavaScript, or casts. */
function attributeOf(name: string, value: unknown): MessageAttributeValue {
  const shown = printable(name, LONGEST_SHOWN);
  if (!isAttributeName(name)) {
    throw invalid(
      `"${shown}" is not a valid attribute name. Use letters, digits, "_", "-" and ".", and do not begin with "AWS." or ` +
        '"Amazon."',
    );
  }
  if (typeof value !== 'string' && !types.isUint8Array(value)) {
    throw invalid(`the header "${shown}" must be a string or bytes, but is ${kindOf(value)}`);
  }
  if (value.length === 0) throw invalid(`the header "${shown}" is empty`);
  if (typeof value !== 'string') return { DataType: 'Binary', BinaryValue: value };
  if (!isText(value))
    throw invalid(`the header "${shown}" contains characters that SQS does not accept`);
  return { DataType: 'String', StringValue: value };
}

const kindOf = (value: unknown): string => (value === null ? 'null' : `of type ${typeof value}`);

/**
 * Converts the headers of a message to be sent to attributes.
 *
 * @throws ThroughlineError `TL_SQS_HEADER_INVALID` for headers that SQS would refuse
 */
export function attributesOf(headers: Headers): Attributes {
  const names = Object.keys(headers);
  if (names.length > MAX_ATTRIBUTES) {
    throw invalid(`it has ${names.length} headers, but SQS accepts at most ${MAX_ATTRIBUTES}`);
  }
  const attributes = noAttributes();
  for (const name of names) {
    const given: unknown = headers[name];
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    if (values.length > 1) {
      throw invalid(
        `the header "${printable(name, LONGEST_SHOWN)}" has several values, but SQS accepts only one`,
      );
    }
    const [value] = values;
    if (value !== undefined) attributes[name] = attributeOf(name, value);
  }
  return attributes;
}

const invalid = (what: string): ThroughlineError =>
  new ThroughlineError('TL_SQS_HEADER_INVALID', `The message cannot be sent to SQS: ${what}.`);
