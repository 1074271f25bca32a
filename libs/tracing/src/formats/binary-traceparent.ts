import { formatTraceparent, parseTraceparent } from './traceparent.js';

/**
 * The header in which Elastic's Java and Python agents send a trace context over Kafka. Its 29 bytes contain a version and then
 * the fields. A byte before each field identifies the field (elastic/apm, tracing-distributed-tracing.md, "Binary fields").
 */
export const BINARY_TRACEPARENT = 'elasticapmtraceparent';

const LENGTH = 29;
const TRACE_ID = { tag: 0, at: 1, length: 16 };
const PARENT_ID = { tag: 1, at: 18, length: 8 };
const FLAGS = { tag: 2, at: 27, length: 1 };
const FIELDS = [TRACE_ID, PARENT_ID, FLAGS];

/**
 * Encodes a `traceparent`. Returns `undefined` if it is not valid.
 *
 * @example
 * headers.elasticapmtraceparent = encodeBinaryTraceparent(sending.traceparent);
 */
export function encodeBinaryTraceparent(traceparent: string): Uint8Array | undefined {
  const parsed = parseTraceparent(traceparent);
  if (parsed === undefined) return undefined;
  const bytes = Buffer.alloc(LENGTH);
  for (const { tag, at } of FIELDS) bytes[at] = tag;
  bytes.write(parsed.traceId, TRACE_ID.at + 1, 'hex');
  bytes.write(parsed.parentId, PARENT_ID.at + 1, 'hex');
  bytes[FLAGS.at + 1] = parsed.flags & 1;
  return bytes;
}

/** Decodes the binary form to a `traceparent` of version 00. Returns `undefined` if the bytes are not in this form. */
export function decodeBinaryTraceparent(bytes: Uint8Array): string | undefined {
  if (bytes.length !== LENGTH || bytes[0] !== 0) return undefined;
  if (FIELDS.some(({ tag, at }) => bytes[at] !== tag)) return undefined;
  const hex = ({ at, length }: typeof TRACE_ID): string =>
    Buffer.from(bytes.subarray(at + 1, at + 1 + length)).toString('hex');
  const traceparent = formatTraceparent({
    traceId: hex(TRACE_ID),
    parentId: hex(PARENT_ID),
    flags: bytes[FLAGS.at + 1] ?? 0,
  });
  return parseTraceparent(traceparent) && traceparent;
}
