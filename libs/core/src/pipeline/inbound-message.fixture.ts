import type { InboundMessage } from 'throughline/transport';

/** The values of a message that a test can set. All others have defaults. */
export interface InboundWish {
  readonly id?: string;
  readonly lane?: string | null;
  readonly origin?: string;
  readonly channel?: string;
  readonly body?: string | null;
  readonly bytes?: number;
  readonly failures?: number;
  readonly malformedContext?: string;
}

/** Creates an inbound message with the values that a test chooses. */
export function anInbound({
  id = 'message-1',
  lane = null,
  origin = 'orders',
  channel = 'orders',
  body = '{}',
  bytes = 2,
  failures = 0,
  malformedContext,
}: InboundWish = {}): InboundMessage {
  return {
    id,
    lane,
    origin: { channel, name: origin },
    key: lane,
    raw: body === null ? null : Buffer.from(body),
    headers: {},
    bytes,
    failures,
    receivedAt: 0,
    signal: new AbortController().signal,
    incoming: { system: 'test', destination: channel, id },
    malformedContext,
  };
}
