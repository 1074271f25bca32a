import { z } from 'zod';
import { bytesOf, isSqsText } from './characters.js';
import { obeys } from './obeys.js';

// The rules: SQS Developer Guide, "Amazon SQS message metadata", message attribute components, unless a line says otherwise.

const MAX_ATTRIBUTES = 10;
const MAX_NAME = 256;
const MAX_DATA_TYPE = 256;

const Attribute = z
  .object({
    DataType: z.string(),
    StringValue: z.string().optional(),
    /** Base64, in the JSON protocol. */
    BinaryValue: z.string().optional(),
  })
  .superRefine(
    obeys(
      'an attribute’s type: String, Number or Binary, with an optional label, 256 characters in all',
      ({ DataType }) =>
        /^(?:String|Number|Binary)(?:\..+)?$/.test(DataType) && DataType.length <= MAX_DATA_TYPE,
      ({ DataType }) => DataType,
    ),
  )
  .superRefine(
    obeys('an attribute’s value: not empty, and of its type', ({ DataType, ...values }) => {
      const { StringValue = '', BinaryValue = '' } = values;
      return DataType.startsWith('Binary')
        ? BinaryValue !== '' && StringValue === ''
        : StringValue !== '' && BinaryValue === '';
    }),
  )
  .superRefine(
    obeys(
      'an attribute’s text: the characters of a message’s body',
      ({ StringValue = '' }) => isSqsText(StringValue),
      ({ StringValue }) => StringValue,
    ),
  )
  .superRefine(
    obeys(
      'an attribute’s number: 38 digits, between -10^128 and 10^126',
      ({ DataType, StringValue = '' }) => !DataType.startsWith('Number') || isNumber(StringValue),
      ({ StringValue }) => StringValue,
    ),
  );

type Attributes = Readonly<Record<string, z.output<typeof Attribute>>>;

function isNumber(text: string): boolean {
  const [, digits] = /^[+-]?(\d*\.?\d*)(?:[eE][+-]?\d+)?$/.exec(text.trim()) ?? [];
  const significant = digits?.replace('.', '').replace(/^0+|0+$/g, '').length ?? Infinity;
  const value = Number(text);
  return /\d/.test(text) && significant <= 38 && value >= -1e128 && value <= 1e126;
}

const isName = (name: string): boolean =>
  /^[\w.-]+$/.test(name) &&
  name.length <= MAX_NAME &&
  !/^\.|\.$|\.\./.test(name) &&
  !/^(?:aws|amazon)\./i.test(name);

/** A message's attributes. */
export const MessageAttributes = z
  .record(z.string(), Attribute)
  .superRefine(
    // SQS Developer Guide, "Amazon SQS message quotas", Message attributes.
    obeys(
      'at most 10 attributes with a message',
      (attributes) => Object.keys(attributes).length <= MAX_ATTRIBUTES,
      (attributes) => Object.keys(attributes).length,
    ),
  )
  .superRefine(
    obeys(
      'an attribute’s name: A-Z, a-z, 0-9, "_", "-", ".", 256 characters, no "AWS." or "Amazon." and no "." at its ends or twice',
      (attributes) => Object.keys(attributes).every(isName),
      (attributes) => Object.keys(attributes).find((name) => !isName(name)),
    ),
  );

/** The trace header is the only one that SQS allows. It does not count (API_SendMessage, MessageSystemAttributes). */
export const MessageSystemAttributes = z
  .record(z.string(), Attribute)
  .superRefine(
    obeys('of system attributes, AWSTraceHeader alone', (attributes) =>
      Object.entries(attributes).every(
        ([name, { DataType }]) => name === 'AWSTraceHeader' && DataType === 'String',
      ),
    ),
  );

/** Names, types and values count towards a message's size ("Amazon SQS message metadata", attributes and the message's size). */
export const bytesOfAttributes = (attributes: Attributes = {}): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum +
      bytesOf(name) +
      bytesOf(DataType) +
      bytesOf(StringValue ?? '') +
      Buffer.from(BinaryValue ?? '', 'base64').length,
    0,
  );
