import { types } from 'node:util';
import { kindOfValue, ThroughlineError } from '#base';
import { headersFrom, NO_HEADERS, type HeaderEntry, type Headers, type HeaderValue } from '#base';
import { printable } from '#base';
import { isAwaitable, leaveUnheard } from '#base';
import { BODY_ENCODING } from 'throughline/transport';

const LONGEST_NAME = 100;

/**
 * Checks the key of a message, which comes from the publish options or from the channel's `key`. JavaScript code may pass numbers
 * or objects, which no broker's client can write.
 *
 * @throws ThroughlineError `TL_KEY_INVALID`
 */
export function checkedKey(channel: string, key: unknown): string | null {
  if (key === undefined || key === null) return null;
  if (isText(key)) return key;
  leaveUnheard(key);
  throw new ThroughlineError(
    'TL_KEY_INVALID',
    `The key of a message to "${channel}" must be a string, but is ${kindOfValue(key)}. Convert it: ` +
      'key: (payload) => String(payload.id).',
  );
}

/**
 * Checks the headers and copies them to an object without a prototype. Headers that are `undefined` are omitted. The header for
 * the body's encoding is omitted, too: a handler may pass on the headers of its own message, but that header does not apply to
 * the new body.
 *
 * @throws ThroughlineError `TL_HEADER_INVALID`
 */
export function checkedHeaders(headers: unknown): Headers {
  if (headers === undefined) return NO_HEADERS;
  if (
    typeof headers !== 'object' ||
    headers === null ||
    Array.isArray(headers) ||
    isAwaitable(headers)
  ) {
    leaveUnheard(headers);
    throw invalid(
      `The headers must be an object that maps names to values, but are ${kindOfValue(headers)}.`,
    );
  }
  return headersFrom(
    Object.entries(headers).flatMap(([name, value]: [string, unknown]) =>
      value === undefined || name === BODY_ENCODING ? [] : [checkedHeader(name, value)],
    ),
  );
}

function checkedHeader(name: string, value: unknown): HeaderEntry {
  if (!name.isWellFormed())
    throw invalid(
      `The header name ${shown(name)} is not well-formed Unicode (it contains a lone surrogate).`,
    );
  if (isHeaderValue(value)) return [name, value];
  if (isList(value) && value.every(isHeaderValue)) return [name, value];
  throw invalid(
    `The header ${shown(name)} must be a string, bytes or an array of these, but is ${kindOfValue(value)}. Use String(value) for a number.`,
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
