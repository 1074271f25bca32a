import { parseTraceparent, type Traceparent } from './traceparent.js';
import type { Incoming } from '../tracer.js';

/**
 * The parsed context of a message, which is not parsed again if the transport has done so; `undefined` if the message has none.
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
