import { DEAD_LETTER_HEADER, type DeadLetterRequest, type Outbound } from 'throughline/transport';
import { headersFrom, withoutHeader, type Headers } from '#base';
import { types } from 'node:util';

/**
 * A message as the broker in this process stores it. Queues and topics store the same form, so a dead letter that goes from one
 * kind to the other needs no packing, and comes back byte for byte.
 */
export interface StoredMessage {
  /** `null` is a tombstone. */
  readonly body: Uint8Array | null;
  readonly key: Uint8Array | null;
  readonly headers: Headers;
  /** What another transport needs to restore its message: see `InboundMessage.details`. */
  readonly details?: string | undefined;
  /** A trace context that had no room among the headers, as SQS carries one in `AWSTraceHeader`. */
  readonly traceparent?: string | undefined;
}

const bytesOf = (text: string | null): Uint8Array | null =>
  text === null ? null : Buffer.from(text);

/** A published message, with these headers. */
export const published = ({ body, key }: Outbound, headers: Headers): StoredMessage => ({
  body: bytesOf(body),
  key: bytesOf(key),
  headers,
});

/** A dead letter: the message as it was, with its cause, which replaces that of an earlier failure. */
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

/** The headers of a published message with its trace context beside them. What the user set stays. */
export const withContext = (
  headers: Headers,
  { traceparent, tracestate }: Pick<Outbound, 'traceparent' | 'tracestate'>,
): Headers =>
  copyHeaders(
    headersFrom(
      Object.entries({
        ...(traceparent !== undefined && { traceparent }),
        ...(tracestate !== undefined && { tracestate }),
        ...headers,
      }),
    ),
  );

/** Each reader gets bytes of its own, as it would over a wire. */
export const copyOf = (bytes: Uint8Array): Uint8Array => Buffer.from(bytes);

/** The same for headers: text stays text. */
export const copyHeaders = (headers: Headers): Headers =>
  headersFrom(
    Object.entries(headers).map(([name, value]) => [
      name,
      types.isUint8Array(value) ? copyOf(value) : value,
    ]),
  );

export const textOf = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString('utf8');
