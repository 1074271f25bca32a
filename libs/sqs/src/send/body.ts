import { BASE64, BODY_ENCODING, type Outbound } from 'throughline/transport';
import { headersFrom, type Headers } from '#base';
import { isText, textIn } from '../messages/attributes.js';

/** The body of a message in the form in which SQS takes it, and the message's headers. */
interface Body {
  readonly body: string;
  readonly headers: Headers;
}

/** Returns the body of a message as text. A body that SQS would refuse is encoded in base64, and a header says so. */
export function bodyOf({ channel, body, headers }: Outbound): Body {
  if (channel.codec === undefined && typeof body === 'string') {
    return { body: escaped(body), headers };
  }
  const bytes = Buffer.from(body ?? '');
  const text = typeof body === 'string' && isText(body) ? body : textIn(bytes);
  if (text !== undefined && text !== '') return { body: text, headers };
  return {
    // SQS does not accept an empty body. With the header, the receiver decodes this body to an empty one.
    body: bytes.length === 0 ? NOTHING : bytes.toString('base64'),
    headers: headersFrom([...Object.entries(headers), [BODY_ENCODING, BASE64]]),
  };
}

/** The body that replaces an empty one. It contains no base64 digit, so it decodes to no bytes. */
const NOTHING = '=';

/** Escapes two characters that are valid in JSON but that SQS refuses ("message quotas", Message content). */
const escaped = (body: string): string =>
  body.replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
