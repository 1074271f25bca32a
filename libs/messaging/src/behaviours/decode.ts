import { reasonOf, ThroughlineError } from '../errors.js';
import type { Behaviour } from './behaviour.js';

const decoder = new TextDecoder('utf-8', { fatal: true });

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
export const decode: Behaviour = (handling, next) => {
  const { raw } = handling.arrival;
  if (raw === null) return next({ ...handling, payload: null });
  let payload: unknown;
  try {
    payload = JSON.parse(decoder.decode(raw));
  } catch (error) {
    return { kind: 'deadLetter', reason: 'invalid', cause: complaint(raw, error) };
  }
  return next({ ...handling, payload });
};
