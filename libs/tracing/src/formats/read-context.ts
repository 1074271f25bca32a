import { BINARY_TRACEPARENT, decodeBinaryTraceparent } from './binary-traceparent.js';
import {
  formatTraceparent,
  isFormatted,
  parseTraceparent,
  type Traceparent,
} from './traceparent.js';
import { parseTracestate } from './tracestate.js';

/** The trace context of a message: a valid context, or the reason why there is none. */
export interface MessageContext {
  readonly traceparent?: string;
  readonly tracestate?: string;
  /** The parsed `traceparent`. Present if the transport had to parse it in order to validate it. */
  readonly parent?: Traceparent;
  /**
   * The part of the trace context that could not be read. If there is such a part, the message starts a new trace, and
   * Throughline logs the part at debug level.
   */
  readonly malformed?: string;
}

/** Returns a header of the message by its name. */
export type Carrier = (name: string) => string | Uint8Array | undefined;

const NONE: MessageContext = {};

function text(value: string | Uint8Array | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return (Buffer.isBuffer(value) ? value : Buffer.from(value)).toString('utf8');
}

function fromText(carrier: Carrier, parent: string, state: string): MessageContext | undefined {
  const raw = text(carrier(parent));
  if (raw === undefined) return undefined;
  const parsed = parseTraceparent(raw);
  if (parsed === undefined) return { malformed: `${parent} "${raw.slice(0, 80)}"` };
  const traceparent = isFormatted(raw) ? raw : formatTraceparent(parsed);
  // The tracestate is read only if the parent is valid. Without a parent, it means nothing.
  const list = text(carrier(state));
  const tracestate = list === undefined ? undefined : parseTracestate(list);
  return tracestate === undefined
    ? { traceparent, parent: parsed }
    : { traceparent, parent: parsed, tracestate };
}

function fromBinary(carrier: Carrier): MessageContext | undefined {
  const raw = carrier(BINARY_TRACEPARENT);
  if (raw === undefined) return undefined;
  const bytes = typeof raw === 'string' ? Buffer.from(raw, 'latin1') : raw;
  const traceparent = decodeBinaryTraceparent(bytes);
  if (traceparent !== undefined) return { traceparent };
  return { malformed: `${BINARY_TRACEPARENT} of ${bytes.length} bytes` };
}

/**
 * Combines the two ids that early Python producers sent. The ids do not show whether the trace is sampled, so it counts as
 * sampled.
 */
function fromIds(carrier: Carrier): MessageContext | undefined {
  const traceId = text(carrier('trace_id'));
  const spanId = text(carrier('span_id'));
  if (traceId === undefined || spanId === undefined) return undefined;
  const traceparent = `00-${traceId}-${spanId}-01`;
  if (parseTraceparent(traceparent) !== undefined) return { traceparent };
  return { malformed: `trace_id "${traceId.slice(0, 40)}" with span_id "${spanId.slice(0, 40)}"` };
}

/**
 * Reads the trace context of a message. It tries the W3C headers, then Elastic's binary header (elastic/apm, distributed tracing,
 * "text first"), and then the headers of older Python producers. The first form that can be read is used. If none can be read,
 * `malformed` describes the first invalid one. Never throws.
 *
 * @example
 * const { traceparent, tracestate } = readContext((name) => message.headers[name]);
 */
export function readContext(carrier: Carrier): MessageContext {
  // Nearly every message has these headers or no trace headers at all.
  const found = fromText(carrier, 'traceparent', 'tracestate');
  if (found?.traceparent !== undefined) return found;
  return readOlder(carrier, found);
}

function readOlder(carrier: Carrier, unreadable: MessageContext | undefined): MessageContext {
  let malformed = unreadable;
  for (const read of OLDER_FORMS) {
    const found = read(carrier);
    if (found?.traceparent !== undefined) return found;
    malformed ??= found;
  }
  return malformed ?? NONE;
}

const OLDER_FORMS: readonly ((carrier: Carrier) => MessageContext | undefined)[] = [
  fromBinary,
  (carrier) => fromText(carrier, 'trace_parent', 'trace_state'),
  fromIds,
];
