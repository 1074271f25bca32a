import { DEAD_LETTER_HEADER, type InboundMessage } from 'throughline/transport';
import { headersFrom, valuesOf, withoutHeader, type Headers } from '#base';
import { KafkaInbound } from '../consume/inbound-message.js';

/**
 * The header in which a dead letter of another broker carries what Kafka has no place for. Its value is the text of that
 * broker's transport, which has a version of its own.
 */
export const DETAILS_HEADER = 'throughline-packed';

/**
 * The headers of a dead letter: as they were, with this note. A redriven message still carries the note of its last failure,
 * which is out of date.
 */
export function deadLetterHeaders(inbound: InboundMessage, note: string | undefined): Headers {
  const own = withoutHeader(inbound.headers, DEAD_LETTER_HEADER);
  return headersFrom([
    ...Object.entries(own),
    ...detailsOf(inbound, own),
    ...(note === undefined ? [] : [[DEAD_LETTER_HEADER, note] as const]),
  ]);
}

/** A sender may have a header of this name: then ours comes last, and is there although it says nothing. */
function detailsOf(inbound: InboundMessage, own: Headers): readonly (readonly [string, string])[] {
  if (inbound instanceof KafkaInbound) return [];
  const { details } = inbound;
  const isNeeded = details !== undefined || Object.hasOwn(own, DETAILS_HEADER);
  return isNeeded ? [[DETAILS_HEADER, details ?? '']] : [];
}

/** Takes apart what {@link deadLetterHeaders} wrote for another broker's message. */
export function splitDetails(headers: Headers): {
  readonly headers: Headers;
  readonly details: string | undefined;
} {
  const written = Object.hasOwn(headers, DETAILS_HEADER) ? headers[DETAILS_HEADER] : undefined;
  if (written === undefined) return { headers, details: undefined };
  const values = valuesOf(written);
  const details = Buffer.from(values.at(-1) ?? '').toString('utf8');
  const others = values.slice(0, -1);
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    name === DETAILS_HEADER ? others.map((one) => [name, one] as const) : [[name, value] as const],
  );
  return { headers: headersFrom(entries), details: details === '' ? undefined : details };
}
