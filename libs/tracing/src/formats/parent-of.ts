import { parseTraceparent, type Traceparent } from './traceparent.js';
import type { Incoming } from '../tracer.js';

/**
 * Returns the parsed trace context of a message, or `undefined` if the message has none. If the transport has already parsed the
 * context, it is not parsed again.
 *
 * @example
 * const traceId = parentOf(message.incoming)?.traceId;
 */
export function parentOf({
  parent,
  traceparent,
}: Pick<Incoming, 'parent' | 'traceparent'>): Traceparent | undefined {
  return parent ?? (traceparent === undefined ? undefined : parseTraceparent(traceparent));
}
