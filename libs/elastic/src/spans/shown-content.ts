import { Buffer, isUtf8 } from 'node:buffer';
import type { Agent } from 'elastic-apm-node';
import { BINARY_TRACEPARENT, type Content } from 'throughline/tracing';
import { isSecret, showsBodies, showsHeaders } from '../agent/internals.js';
import type { MessageContext } from '../agent/shapes.js';

type Header = Content['headers'][string];
type ShownHeaders = NonNullable<MessageContext['headers']>;

/** Elastic's long fields hold so many characters (elastic/apm MSG:168, FL). */
const LONGEST_BODY = 10_000;
/** A character of a string, half of a pair or not, has at most three bytes of UTF-8. */
const BYTES_ENOUGH = 4 * LONGEST_BODY;

/** The headers that say nothing but where the message stands in its trace (MSG:173). */
const OF_THE_TRACE: ReadonlySet<string> = new Set([
  'traceparent',
  'tracestate',
  'elastic-apm-traceparent',
  BINARY_TRACEPARENT,
  'trace_parent',
  'trace_state',
]);

/** SAN:37: the name stays. */
const REDACTED = '[REDACTED]';

const decode = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString();

function cut(text: string): string {
  if (text.length <= LONGEST_BODY) return text;
  const isInsidePair = /[\ud800-\udbff]/.test(text.charAt(LONGEST_BODY - 2));
  return `${text.slice(0, LONGEST_BODY - (isInsidePair ? 2 : 1))}…`;
}

/** Row 19: text only, cut where it is too long. */
const bodyOf = (raw: Uint8Array): string | undefined =>
  isUtf8(raw) ? cut(decode(raw.subarray(0, BYTES_ENOUGH))) : undefined;

const textOf = (value: string | Uint8Array): string => {
  if (typeof value === 'string') return value;
  return isUtf8(value) ? decode(value) : `[${value.byteLength} bytes]`;
};

/** The intake takes a list where a name came several times (elastic/apm-data, `message.headers`). */
const shown = (value: Header): string | readonly string[] =>
  typeof value === 'string' || ArrayBuffer.isView(value) ? textOf(value) : value.map(textOf);

const isShown = (name: string): boolean => !OF_THE_TRACE.has(name);

/** Rows 20 and 21. */
function headersOf(agent: Agent, headers: Content['headers']): ShownHeaders | undefined {
  const names = Object.keys(headers).filter(isShown);
  if (names.length === 0) return undefined;
  return Object.fromEntries(
    names.map((name) => [name, isSecret(agent, name) ? REDACTED : shown(headers[name] ?? '')]),
  );
}

type Shown = Pick<MessageContext, 'body' | 'headers'>;

const NOTHING: Shown = { body: undefined, headers: undefined };

/** What the agent was told to show of a message; what it was not told to show is not looked at. */
export function shownContent(agent: Agent, content: Content | undefined): Shown {
  if (content === undefined) return NOTHING;
  const raw = showsBodies(agent) ? content.raw : null;
  return {
    body: raw === null ? undefined : bodyOf(raw),
    headers: showsHeaders(agent) ? headersOf(agent, content.headers) : undefined,
  };
}
