import { types } from 'node:util';
import { kindOfValue, ThroughlineError } from '#base';
import { headersFrom, NO_HEADERS, type HeaderEntry, type Headers, type HeaderValue } from '#base';
import { printable } from '#base';
import { leaveUnheard } from '#base';

const LONGEST_NAME = 100;

/**
 * A message's key, as its sender or the channel's `key` says it. Plain JavaScript also says numbers and objects, which no client
 * could write.
 *
 * @throws ThroughlineError `TL_KEY_INVALID`
 */
export function checkedKey(channel: string, key: unknown): string | null {
  if (key === undefined || key === null) return null;
  if (isText(key)) return key;
  leaveUnheard(key);
  throw new ThroughlineError(
    'TL_KEY_INVALID',
    `The key of a message to "${channel}" is ${kindOfValue(key)}. Give a text; where it is no text yet, write it as one: ` +
      'key: (payload) => String(payload.id).',
  );
}

/**
 * The headers that a sender gave, as a map without a prototype. What is `undefined` is left out.
 *
 * @throws ThroughlineError `TL_HEADER_INVALID`
 */
export function checkedHeaders(headers: unknown): Headers {
  if (headers === undefined) return NO_HEADERS;
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw invalid(
      `Headers are ${kindOfValue(headers)}: give an object with a value for each name.`,
    );
  }
  return headersFrom(
    Object.entries(headers).flatMap(([name, value]: [string, unknown]) =>
      value === undefined ? [] : [checkedHeader(name, value)],
    ),
  );
}

function checkedHeader(name: string, value: unknown): HeaderEntry {
  if (!name.isWellFormed()) throw invalid(`The header name ${shown(name)} is no well-formed text.`);
  if (isHeaderValue(value)) return [name, value];
  if (isList(value) && value.every(isHeaderValue)) return [name, value];
  throw invalid(
    `The header ${shown(name)} is ${kindOfValue(value)}. Give a text, bytes, or a list of these: a number is String(number).`,
  );
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.isWellFormed();

const isHeaderValue = (value: unknown): value is HeaderValue =>
  isText(value) || types.isUint8Array(value);

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const shown = (name: string): string => `"${printable(name, LONGEST_NAME)}"`;

const invalid = (message: string): ThroughlineError =>
  new ThroughlineError('TL_HEADER_INVALID', message);
