import { reasonOf, ThroughlineError } from '../errors.js';
import type { Behaviour } from './behaviour.js';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads a body as JSON in UTF-8; the reason why it is none names no part of the body, which may be private. */
function parse(raw: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(raw)) as unknown;
  } catch (error) {
    const where = /position \d+/.exec(reasonOf(error))?.[0];
    throw new ThroughlineError(
      'TL_BODY_NOT_JSON',
      `The body of ${raw.length} bytes is not JSON${where === undefined ? '' : ` (at ${where})`}.`,
    );
  }
}

/** Makes a payload of the body's bytes. A tombstone stays `null`, for the schema to take or refuse. */
export const decode: Behaviour = (handling, next) => {
  const { raw } = handling.arrival;
  return next({ ...handling, payload: raw === null ? null : parse(raw) });
};
