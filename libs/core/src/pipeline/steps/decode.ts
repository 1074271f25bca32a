import { isUtf8 } from 'node:buffer';
import { reasonOf, ThroughlineError } from '#base';
import { inboundOf, setPayload } from '../../delivery.js';
import type { Step } from '../step.js';

const BYTE_ORDER_MARK = 0xfeff;

/**
 * Decodes the body as UTF-8, and throws if it is invalid. A strict `TextDecoder` would take three times as long for a message of
 * typical size.
 */
function textOf(raw: Uint8Array): string {
  if (!isUtf8(raw)) throw new TypeError('The message body is not valid UTF-8.');
  const bytes = Buffer.isBuffer(raw) ? raw : Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

/** Explains why a body is not JSON in UTF-8, without its contents, which may be private. */
function complaint(raw: Uint8Array, error: unknown): ThroughlineError {
  const where = /position \d+/.exec(reasonOf(error))?.[0];
  const at = where === undefined ? '' : ` (at ${where})`;
  return new ThroughlineError(
    'TL_BODY_NOT_JSON',
    `The message body (${raw.length} bytes) is not JSON${at}.`,
  );
}

/**
 * The step that parses the body as JSON in UTF-8. A tombstone stays `null`, and the schema decides whether it is valid. A message
 * whose body cannot be decoded is not retried, because a retry cannot succeed.
 */
export const decode: Step = {
  name: 'decode',
  enter: (delivery) => {
    const { raw } = inboundOf(delivery);
    if (raw === null) {
      setPayload(delivery, null);
      return undefined;
    }
    try {
      setPayload(delivery, JSON.parse(textOf(raw)));
      return undefined;
    } catch (error) {
      return { kind: 'deadLetter', reason: 'invalid', cause: complaint(raw, error) };
    }
  },
};
