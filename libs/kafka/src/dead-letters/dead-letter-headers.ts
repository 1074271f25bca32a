import { DEAD_LETTER_HEADER, type InboundMessage } from 'throughline/transport';
import { headersFrom, valuesOf, withoutHeader, type Headers } from '#base';
import { KafkaInbound } from '../consume/partitions/inbound-message.js';

/**
 * The name of the header for those parts of another broker's dead letter that Kafka cannot store. The other broker's transport
 * writes the value, which contains a version.
 */
export const DETAILS_HEADER = 'throughline-packed';

/**
 * Returns the headers of a dead letter: the message's own headers and the header with this cause. The cause of an earlier failure
 * is removed.
 */
export function deadLetterHeaders(inbound: InboundMessage, cause: string | undefined): Headers {
  const own = withoutHeader(inbound.headers, DEAD_LETTER_HEADER);
  return headersFrom([
    ...Object.entries(own),
    ...detailsOf(inbound, own),
    ...(cause === undefined ? [] : [[DEAD_LETTER_HEADER, cause] as const]),
  ]);
}

/**
 * Returns Throughline's header for the details of another broker's message, if the header is needed. The message may already have a
 * header with this name. Throughline then adds its own header after it, even if there are no details and its value is empty. The
 * last header with this name is therefore always Throughline's.
 */
function detailsOf(inbound: InboundMessage, own: Headers): readonly (readonly [string, string])[] {
  if (inbound instanceof KafkaInbound) return [];
  const { details } = inbound;
  const isNeeded = details !== undefined || Object.hasOwn(own, DETAILS_HEADER);
  return isNeeded ? [[DETAILS_HEADER, details ?? '']] : [];
}

/** Separates the headers that {@link deadLetterHeaders} added for another broker's message from the message's own. */
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
