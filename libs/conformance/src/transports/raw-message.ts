import type { Headers } from '#base';

/** A message as the broker stores it. */
export interface RawMessage {
  readonly body: Uint8Array;
  readonly key: string | null;
  readonly headers: Headers;
}
