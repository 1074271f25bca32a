import {
  DEAD_LETTER_HEADER,
  withTraceContext,
  type DeadLetterRequest,
  type Outbound,
} from 'throughline/transport';
import { headersFrom, withoutHeader, type Headers } from '#base';
import { types } from 'node:util';

/**
 * A message in the in-memory broker. Queues and topics store it in the same form. A dead letter that moves between them therefore
 * needs no conversion, and is restored byte for byte.
 */
export interface StoredMessage {
  /** The body of the message. `null` for a tombstone. */
  readonly body: Uint8Array | null;
  readonly key: Uint8Array | null;
  readonly headers: Headers;
  /** The details that another transport needs to restore its message: see `InboundMessage.details`. */
  readonly details?: string | undefined;
  /** The trace context, if it did not fit into the headers. SQS carries such a context in `AWSTraceHeader`. */
  readonly traceparent?: string | undefined;
}

const bytesOf = (part: string | Uint8Array | null): Uint8Array | null =>
  part === null ? null : Buffer.from(part);

/** Creates the stored form of a published message with these headers. */
export const published = ({ body, key }: Outbound, headers: Headers): StoredMessage => ({
  body: bytesOf(body),
  key: bytesOf(key),
  headers,
});

/** Creates a dead letter: the original message with its cause. The cause replaces that of an earlier failure. */
export function deadLetter(
  { inbound }: DeadLetterRequest,
  cause: string | undefined,
): StoredMessage {
  const own = withoutHeader(inbound.headers, DEAD_LETTER_HEADER);
  return {
    body: inbound.raw,
    key: inbound.rawKey ?? bytesOf(inbound.key),
    headers:
      cause === undefined
        ? own
        : headersFrom([...Object.entries(own), [DEAD_LETTER_HEADER, cause]]),
    details: inbound.details,
  };
}

/** Returns the headers of a published message with its trace context. Bytes are copied. */
export const tracedHeaders = (message: Outbound): Headers => copyHeaders(withTraceContext(message));

/** Copies bytes. Each reader has its own copy, as if the bytes had been sent over a network. */
export const copyOf = (bytes: Uint8Array): Uint8Array => Buffer.from(bytes);

/** Copies headers. Header values that are text remain text. */
export const copyHeaders = (headers: Headers): Headers =>
  headersFrom(
    Object.entries(headers).map(([name, value]) => [
      name,
      types.isUint8Array(value) ? copyOf(value) : value,
    ]),
  );

export const textOf = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString('utf8');
