import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { ThroughlineError, valuesOf, type Headers } from '#base';
import { ATTRIBUTE_NAME, headersOf, isText } from './attributes.js';

const VERSION = 1;
const PLAIN = 'String';

type Attributes = NonNullable<Message['MessageAttributes']>;

/** What SQS keeps of a message besides body, group and the values of its attributes. */
export interface MessageDetails {
  /** By attribute; those that are missing are of the type `String`. */
  readonly types: ReadonlyMap<string, string>;
  /** X-Ray's context, which travels beside the attributes. */
  readonly xray: string | undefined;
}

const NO_DETAILS: MessageDetails = { types: new Map(), xray: undefined };

/** Writes down what another broker has no place for; `undefined` where all of it is plain. */
export function writeDetails(attributes: Attributes, xray: string | undefined): string | undefined {
  const types = Object.entries(attributes).flatMap(([name, { DataType = PLAIN }]) =>
    DataType === PLAIN ? [] : [[name, DataType] as const],
  );
  if (types.length === 0 && xray === undefined) return undefined;
  return JSON.stringify({
    v: VERSION,
    ...(types.length > 0 && { types }),
    ...(xray !== undefined && { xray }),
  });
}

/**
 * Attributes and X-Ray's context as they were when {@link writeDetails} wrote them down. Headers of a message without details
 * become text where they are text.
 *
 * @throws ThroughlineError `TL_SQS_LETTER_UNREADABLE` for details of a later version, or broken ones; `TL_SQS_HEADER_INVALID`
 *   for headers that were no attributes
 */
export function restoreAttributes(
  headers: Headers,
  details: string | undefined,
): { readonly attributes: Attributes; readonly xray: string | undefined } {
  const { types, xray } = details === undefined ? NO_DETAILS : readDetails(details);
  const attributes: Attributes = {};
  for (const [name, all] of Object.entries(headers)) {
    const [value, ...others] = valuesOf(all);
    if (value === undefined || value.length === 0 || others.length > 0 || !isName(name)) {
      throw new ThroughlineError(
        'TL_SQS_HEADER_INVALID',
        'A dead letter has headers that SQS does not take, so it was no message of SQS.',
        { errorClass: 'refused' },
      );
    }
    attributes[name] = attributeOf(Buffer.from(value), types.get(name));
  }
  return { attributes, xray };
}

/** Headers as the handler of a queue sees them: text, numbers as their text, and bytes. */
export function showHeaders(headers: Headers, details: string | undefined): Headers {
  try {
    return headersOf(restoreAttributes(headers, details).attributes);
  } catch {
    return headers;
  }
}

/** The SDK writes answers into plain objects, where `__proto__` means something else. */
const isName = (name: string): boolean => ATTRIBUTE_NAME.test(name) && name !== '__proto__';

function attributeOf(bytes: Buffer, type: string | undefined): MessageAttributeValue {
  const text = bytes.toString('utf8');
  const isBinary = type === undefined ? !isTextOf(text, bytes) : /^Binary(\.|$)/.test(type);
  return isBinary
    ? { DataType: type ?? 'Binary', BinaryValue: bytes }
    : { DataType: type ?? PLAIN, StringValue: text };
}

const isTextOf = (text: string, bytes: Buffer): boolean =>
  isText(text) && Buffer.from(text).equals(bytes);

function readDetails(text: string): MessageDetails {
  try {
    const details: unknown = JSON.parse(text);
    if (typeof details === 'object' && details !== null && 'v' in details) {
      const { v, types = [], xray }: { v: unknown; types?: unknown; xray?: unknown } = details;
      const isXray = xray === undefined || typeof xray === 'string';
      if (v === VERSION && isXray && Array.isArray(types) && types.every(isPair)) {
        return { types: new Map(types), xray };
      }
    }
  } catch {
    // The same as what is no object.
  }
  throw new ThroughlineError(
    'TL_SQS_LETTER_UNREADABLE',
    'A dead letter says in a way that this version cannot read what it was in SQS: redrive it with the version that stored it, ' +
      'or a later one.',
    { errorClass: 'refused' },
  );
}

const isPair = (value: unknown): value is readonly [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
