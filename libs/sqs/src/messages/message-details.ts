import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { ThroughlineError, valuesOf, type Headers } from '#base';
import { headersOf, isAttributeName, textIn } from './attributes.js';

const VERSION = 1;
const PLAIN = 'String';

type Attributes = NonNullable<Message['MessageAttributes']>;

/** The details of a message that SQS stores in addition to the body, the group and the attribute values. */
export interface MessageDetails {
  /** The types of the attributes, by attribute name. A missing type means `String`. */
  readonly types: ReadonlyMap<string, string>;
  /** The value of `AWSTraceHeader`, which is a system attribute. */
  readonly xray: string | undefined;
}

const NO_DETAILS: MessageDetails = { types: new Map(), xray: undefined };

/** Serializes the details of a message that another broker cannot store. Returns `undefined` if there are none. */
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
 * Restores attributes and X-Ray context from headers and the text of {@link writeDetails}. Without details, headers whose bytes are
 * text become `String` attributes, and all others become `Binary` attributes.
 *
 * @throws ThroughlineError `TL_SQS_LETTER_UNREADABLE` for broken details, or those of a later version; `TL_SQS_HEADER_INVALID` for
 * headers that cannot come from SQS
 */
export function restoreAttributes(
  headers: Headers,
  details: string | undefined,
): { readonly attributes: Attributes; readonly xray: string | undefined } {
  const { types, xray } = details === undefined ? NO_DETAILS : readDetails(details);
  const attributes: Attributes = {};
  for (const [name, all] of Object.entries(headers)) {
    const [value, ...others] = valuesOf(all);
    if (value === undefined || value.length === 0 || others.length > 0 || !isAttributeName(name)) {
      throw new ThroughlineError(
        'TL_SQS_HEADER_INVALID',
        'The headers of a dead letter are not valid SQS attributes, so the original message did not come from SQS and cannot be moved to a queue.',
        { errorClass: 'refused' },
      );
    }
    attributes[name] = attributeOf(Buffer.from(value), types.get(name));
  }
  return { attributes, xray };
}

/** Returns the headers as a handler on a queue sees them: text, numbers as text, and bytes. */
export function showHeaders(headers: Headers, details: string | undefined): Headers {
  try {
    return headersOf(restoreAttributes(headers, details).attributes);
  } catch {
    return headers;
  }
}

function attributeOf(bytes: Buffer, type: string | undefined): MessageAttributeValue {
  const isBinary = type === undefined ? textIn(bytes) === undefined : /^Binary(\.|$)/.test(type);
  return isBinary
    ? { DataType: type ?? 'Binary', BinaryValue: bytes }
    : { DataType: type ?? PLAIN, StringValue: bytes.toString('utf8') };
}

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
    // Text that is no JSON is an error, like JSON that is not an object of this version.
  }
  throw new ThroughlineError(
    'TL_SQS_LETTER_UNREADABLE',
    'This version of Throughline cannot read the SQS attribute types that were stored with a dead letter. Redrive the dead letter with the version that stored it, or with a later version.',
    { errorClass: 'refused' },
  );
}

const isPair = (value: unknown): value is readonly [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
