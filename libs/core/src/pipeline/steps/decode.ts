import { isUtf8 } from 'node:buffer';
import { reasonOf, ThroughlineError } from '#base';
import { inboundOf, setPayload } from '../../delivery.js';
import type { Step } from '../step.js';

const BYTE_ORDER_MARK = 0xfeff;

/** A `TextDecoder` that is told to be strict takes three times as long for a message of ordinary size. */
function textOf(raw: Uint8Array): string {
  if (!isUtf8(raw)) throw new TypeError('It is not UTF-8.');
  const bytes = Buffer.isBuffer(raw) ? raw : Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

/** Why a body is no JSON in UTF-8; it names no part of the body, which may be private. */
function complaint(raw: Uint8Array, error: unknown): ThroughlineError {
  const where = /position \d+/.exec(reasonOf(error))?.[0];
  const at = where === undefined ? '' : ` (at ${where})`;
  return new ThroughlineError(
    'TL_BODY_NOT_JSON',
    `The body of ${raw.length} bytes is not JSON${at}.`,
  );
}

/**
 * Makes a payload of the body's bytes: JSON in UTF-8. A tombstone stays `null`, for the schema to take or refuse. What cannot
 * be decoded today cannot be decoded tomorrow either, so it does not run again.
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
