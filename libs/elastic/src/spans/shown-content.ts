import { Buffer, isUtf8 } from 'node:buffer';
import type { Agent } from 'elastic-apm-node';
import { BINARY_TRACEPARENT, type Content } from 'throughline/tracing';
import { isSecret, showsBodies, showsHeaders } from '../agent/configuration.js';
import type { MessageContext } from '../agent/shapes.js';

type Header = Content['headers'][string];
type ShownHeaders = NonNullable<MessageContext['headers']>;

/** The maximum length of Elastic's long fields, in characters (elastic/apm MSG:168, FL). */
const LONGEST_BODY = 10_000;
/** The number of bytes that is enough for a long field. A UTF-16 code unit has at most three bytes in UTF-8. */
const MAX_BYTES = 4 * LONGEST_BODY;

/** The names of the headers that only carry the trace context (MSG:173). */
const TRACE_HEADERS: ReadonlySet<string> = new Set([
  'traceparent',
  'tracestate',
  'elastic-apm-traceparent',
  BINARY_TRACEPARENT,
  'trace_parent',
  'trace_state',
]);

/** The text that replaces the value of a secret header. The header's name is still shown (SAN:37). */
const REDACTED = '[REDACTED]';

const decode = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString();

function truncate(text: string): string {
  if (text.length <= LONGEST_BODY) return text;
  const isInsidePair = /[\ud800-\udbff]/.test(text.charAt(LONGEST_BODY - 2));
  return `${text.slice(0, LONGEST_BODY - (isInsidePair ? 2 : 1))}…`;
}

/** Returns the body of a message as text (row 19), or `undefined` if it is not text. A body that is too long is truncated. */
const bodyOf = (raw: Uint8Array): string | undefined =>
  isUtf8(raw) ? truncate(decode(raw.subarray(0, MAX_BYTES))) : undefined;

const textOf = (value: string | Uint8Array): string => {
  if (typeof value === 'string') return value;
  return isUtf8(value) ? decode(value) : `[${value.byteLength} bytes]`;
};

/**
 * Returns the value of a header as text, or a list if the header occurs several times. The APM Server accepts such lists
 * (elastic/apm-data, `message.headers`).
 */
const shown = (value: Header): string | readonly string[] =>
  typeof value === 'string' || ArrayBuffer.isView(value) ? textOf(value) : value.map(textOf);

const isShown = (name: string): boolean => !TRACE_HEADERS.has(name);

/** Returns the headers to show (rows 20 and 21). */
function headersOf(agent: Agent, headers: Content['headers']): ShownHeaders | undefined {
  const names = Object.keys(headers).filter(isShown);
  if (names.length === 0) return undefined;
  return Object.fromEntries(
    names.map((name) => [name, isSecret(agent, name) ? REDACTED : shown(headers[name] ?? '')]),
  );
}

type Shown = Pick<MessageContext, 'body' | 'headers'>;

const NOTHING: Shown = { body: undefined, headers: undefined };

/** Returns the parts of a message that the agent is configured to show. Other parts are not read. */
export function shownContent(agent: Agent, content: Content | undefined): Shown {
  if (content === undefined) return NOTHING;
  const raw = showsBodies(agent) ? content.raw : null;
  return {
    body: raw === null ? undefined : bodyOf(raw),
    headers: showsHeaders(agent) ? headersOf(agent, content.headers) : undefined,
  };
}
