import { BINARY_TRACEPARENT, decodeBinaryTraceparent } from './binary-traceparent.js';
import { formatTraceparent, parseTraceparent } from './traceparent.js';
import { parseTracestate } from './tracestate.js';

/** What a message said of its trace: a context that is valid, or why there is none. */
export interface MessageContext {
  readonly traceparent?: string;
  readonly tracestate?: string;
  /** What was there and could not be read: the message starts a new trace, and the log says so at debug level. */
  readonly malformed?: string;
}

/** A header of the message by its name. */
export type Carrier = (name: string) => string | Uint8Array | undefined;

const NONE: MessageContext = {};

const text = (value: string | Uint8Array | undefined): string | undefined =>
  typeof value === 'string' ? value : value && Buffer.from(value).toString('utf8');

/** Behind a valid parent only: a tracestate by itself says nothing. */
function stateOf(carrier: Carrier, name: string): Pick<MessageContext, 'tracestate'> {
  const raw = text(carrier(name));
  const tracestate = raw === undefined ? undefined : parseTracestate(raw);
  return tracestate === undefined ? {} : { tracestate };
}

function fromText(carrier: Carrier, parent: string, state: string): MessageContext | undefined {
  const raw = text(carrier(parent));
  if (raw === undefined) return undefined;
  const parsed = parseTraceparent(raw);
  if (parsed === undefined) return { malformed: `${parent} "${raw.slice(0, 80)}"` };
  return { traceparent: formatTraceparent(parsed), ...stateOf(carrier, state) };
}

function fromBinary(carrier: Carrier): MessageContext | undefined {
  const raw = carrier(BINARY_TRACEPARENT);
  if (raw === undefined) return undefined;
  const bytes = typeof raw === 'string' ? Buffer.from(raw, 'latin1') : raw;
  const traceparent = decodeBinaryTraceparent(bytes);
  if (traceparent !== undefined) return { traceparent };
  return { malformed: `${BINARY_TRACEPARENT} of ${bytes.length} bytes` };
}

/** The two bare ids that early Python producers sent; they do not say whether it is sampled, so it is. */
function fromIds(carrier: Carrier): MessageContext | undefined {
  const traceId = text(carrier('trace_id'));
  const spanId = text(carrier('span_id'));
  if (traceId === undefined || spanId === undefined) return undefined;
  const traceparent = `00-${traceId}-${spanId}-01`;
  if (parseTraceparent(traceparent) !== undefined) return { traceparent };
  return { malformed: `trace_id "${traceId.slice(0, 40)}" with span_id "${spanId.slice(0, 40)}"` };
}

/**
 * Finds the trace context of a message: W3C's headers, else Elastic's binary one (elastic/apm, distributed tracing, "text
 * first"), else the names of older Python producers. The first form that can be read wins; what cannot be read is told, and
 * is never an exception.
 *
 * @example
 * const { traceparent, tracestate } = readContext((name) => message.headers[name]);
 */
export function readContext(carrier: Carrier): MessageContext {
  let malformed: MessageContext | undefined;
  for (const found of forms(carrier)) {
    if (found?.traceparent !== undefined) return found;
    malformed ??= found;
  }
  return malformed ?? NONE;
}

function* forms(carrier: Carrier): Generator<MessageContext | undefined> {
  yield fromText(carrier, 'traceparent', 'tracestate');
  yield fromBinary(carrier);
  yield fromText(carrier, 'trace_parent', 'trace_state');
  yield fromIds(carrier);
}
