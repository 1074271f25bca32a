import { parseTraceparent, type Traceparent } from './formats/traceparent.js';
import type { Incoming } from './tracer.js';

/**
 * The context that a message was sent in, taken apart, and only once where its reader has done so; `undefined` where it brought none.
 *
 * @example
 * const traceId = parentOf(arrival.incoming)?.traceId;
 */
export function parentOf({
  parent,
  traceparent,
}: Pick<Incoming, 'parent' | 'traceparent'>): Traceparent | undefined {
  return parent ?? (traceparent === undefined ? undefined : parseTraceparent(traceparent));
}
