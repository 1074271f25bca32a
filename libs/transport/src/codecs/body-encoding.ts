import { firstHeader, type Headers } from '#base';

/**
 * The header that marks a body in base64, for brokers that store only text. A dead letter keeps this header, whichever broker
 * stores it.
 */
export const BODY_ENCODING = 'throughline-body-encoding';
export const BASE64 = 'base64';

/** Returns the body of a message as it was published. */
export function publishedBody(raw: Uint8Array, headers: Headers): Uint8Array {
  const encoding = firstHeader(headers, BODY_ENCODING);
  const isBase64 = encoding !== undefined && Buffer.from(encoding).toString() === BASE64;
  return isBase64 ? Buffer.from(Buffer.from(raw).toString('latin1'), 'base64') : raw;
}
